namespace Orleans.Serialization;

internal sealed class ValueTupleCodec<T1, T2, T3, T4, T5, T6, T7> : TupleCodecBase<ValueTuple<T1, T2, T3, T4, T5, T6, T7>>
{
    private readonly Codec<T1> _item1 = Item<T1>();
    private readonly Codec<T2> _item2 = Item<T2>();
    private readonly Codec<T3> _item3 = Item<T3>();
    private readonly Codec<T4> _item4 = Item<T4>();
    private readonly Codec<T5> _item5 = Item<T5>();
    private readonly Codec<T6> _item6 = Item<T6>();
    private readonly Codec<T7> _item7 = Item<T7>();

    public override bool IsImmutable =>
        _item1.IsImmutable && _item2.IsImmutable && _item3.IsImmutable && _item4.IsImmutable
        && _item5.IsImmutable && _item6.IsImmutable && _item7.IsImmutable;

    public override void WriteValue(WireWriter writer, ValueTuple<T1, T2, T3, T4, T5, T6, T7> value)
    {
        writer.EnterGroup();
        _item1.WriteField(writer, 1, value.Item1);
        _item2.WriteField(writer, 2, value.Item2);
        _item3.WriteField(writer, 3, value.Item3);
        _item4.WriteField(writer, 4, value.Item4);
        _item5.WriteField(writer, 5, value.Item5);
        _item6.WriteField(writer, 6, value.Item6);
        _item7.WriteField(writer, 7, value.Item7);
        writer.WriteEndGroup();
    }

    public override ValueTuple<T1, T2, T3, T4, T5, T6, T7> ReadValue(ref WireReader reader)
    {
        T1? item1 = default;
        T2? item2 = default;
        T3? item3 = default;
        T4? item4 = default;
        T5? item5 = default;
        T6? item6 = default;
        T7? item7 = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1: item1 = _item1.ReadField(ref reader, type); break;
                case 2: item2 = _item2.ReadField(ref reader, type); break;
                case 3: item3 = _item3.ReadField(ref reader, type); break;
                case 4: item4 = _item4.ReadField(ref reader, type); break;
                case 5: item5 = _item5.ReadField(ref reader, type); break;
                case 6: item6 = _item6.ReadField(ref reader, type); break;
                case 7: item7 = _item7.ReadField(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new ValueTuple<T1, T2, T3, T4, T5, T6, T7>(item1!, item2!, item3!, item4!, item5!, item6!, item7!);
    }

    public override ValueTuple<T1, T2, T3, T4, T5, T6, T7> Copy(ValueTuple<T1, T2, T3, T4, T5, T6, T7> value) =>
        new(
            _item1.CopyOrNull(value.Item1)!,
            _item2.CopyOrNull(value.Item2)!,
            _item3.CopyOrNull(value.Item3)!,
            _item4.CopyOrNull(value.Item4)!,
            _item5.CopyOrNull(value.Item5)!,
            _item6.CopyOrNull(value.Item6)!,
            _item7.CopyOrNull(value.Item7)!);
}

internal sealed class ValueTupleCodec<T1, T2, T3, T4, T5, T6, T7, TRest> : TupleCodecBase<ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest>>
    where TRest : struct
{
    private readonly Codec<T1> _item1 = Item<T1>();
    private readonly Codec<T2> _item2 = Item<T2>();
    private readonly Codec<T3> _item3 = Item<T3>();
    private readonly Codec<T4> _item4 = Item<T4>();
    private readonly Codec<T5> _item5 = Item<T5>();
    private readonly Codec<T6> _item6 = Item<T6>();
    private readonly Codec<T7> _item7 = Item<T7>();
    private readonly Codec<TRest> _item8 = Item<TRest>();

    public override bool IsImmutable =>
        _item1.IsImmutable && _item2.IsImmutable && _item3.IsImmutable && _item4.IsImmutable
        && _item5.IsImmutable && _item6.IsImmutable && _item7.IsImmutable && _item8.IsImmutable;

    public override void WriteValue(WireWriter writer, ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> value)
    {
        writer.EnterGroup();
        _item1.WriteField(writer, 1, value.Item1);
        _item2.WriteField(writer, 2, value.Item2);
        _item3.WriteField(writer, 3, value.Item3);
        _item4.WriteField(writer, 4, value.Item4);
        _item5.WriteField(writer, 5, value.Item5);
        _item6.WriteField(writer, 6, value.Item6);
        _item7.WriteField(writer, 7, value.Item7);
        _item8.WriteField(writer, 8, value.Rest);
        writer.WriteEndGroup();
    }

    public override ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> ReadValue(ref WireReader reader)
    {
        T1? item1 = default;
        T2? item2 = default;
        T3? item3 = default;
        T4? item4 = default;
        T5? item5 = default;
        T6? item6 = default;
        T7? item7 = default;
        TRest item8 = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1: item1 = _item1.ReadField(ref reader, type); break;
                case 2: item2 = _item2.ReadField(ref reader, type); break;
                case 3: item3 = _item3.ReadField(ref reader, type); break;
                case 4: item4 = _item4.ReadField(ref reader, type); break;
                case 5: item5 = _item5.ReadField(ref reader, type); break;
                case 6: item6 = _item6.ReadField(ref reader, type); break;
                case 7: item7 = _item7.ReadField(ref reader, type); break;
                case 8: item8 = _item8.ReadField(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest>(item1!, item2!, item3!, item4!, item5!, item6!, item7!, item8);
    }

    public override ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> Copy(ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> value) =>
        new(
            _item1.CopyOrNull(value.Item1)!,
            _item2.CopyOrNull(value.Item2)!,
            _item3.CopyOrNull(value.Item3)!,
            _item4.CopyOrNull(value.Item4)!,
            _item5.CopyOrNull(value.Item5)!,
            _item6.CopyOrNull(value.Item6)!,
            _item7.CopyOrNull(value.Item7)!,
            _item8.Copy(value.Rest));
}

internal sealed class TupleCodec<T1, T2, T3, T4, T5, T6, T7> : TupleCodecBase<Tuple<T1, T2, T3, T4, T5, T6, T7>>
{
    private readonly Codec<T1> _item1 = Item<T1>();
    private readonly Codec<T2> _item2 = Item<T2>();
    private readonly Codec<T3> _item3 = Item<T3>();
    private readonly Codec<T4> _item4 = Item<T4>();
    private readonly Codec<T5> _item5 = Item<T5>();
    private readonly Codec<T6> _item6 = Item<T6>();
    private readonly Codec<T7> _item7 = Item<T7>();

    public override bool IsImmutable =>
        _item1.IsImmutable && _item2.IsImmutable && _item3.IsImmutable && _item4.IsImmutable
        && _item5.IsImmutable && _item6.IsImmutable && _item7.IsImmutable;

    public override void WriteValue(WireWriter writer, Tuple<T1, T2, T3, T4, T5, T6, T7> value)
    {
        writer.EnterGroup();
        _item1.WriteField(writer, 1, value.Item1);
        _item2.WriteField(writer, 2, value.Item2);
        _item3.WriteField(writer, 3, value.Item3);
        _item4.WriteField(writer, 4, value.Item4);
        _item5.WriteField(writer, 5, value.Item5);
        _item6.WriteField(writer, 6, value.Item6);
        _item7.WriteField(writer, 7, value.Item7);
        writer.WriteEndGroup();
    }

    public override Tuple<T1, T2, T3, T4, T5, T6, T7> ReadValue(ref WireReader reader)
    {
        T1? item1 = default;
        T2? item2 = default;
        T3? item3 = default;
        T4? item4 = default;
        T5? item5 = default;
        T6? item6 = default;
        T7? item7 = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1: item1 = _item1.ReadField(ref reader, type); break;
                case 2: item2 = _item2.ReadField(ref reader, type); break;
                case 3: item3 = _item3.ReadField(ref reader, type); break;
                case 4: item4 = _item4.ReadField(ref reader, type); break;
                case 5: item5 = _item5.ReadField(ref reader, type); break;
                case 6: item6 = _item6.ReadField(ref reader, type); break;
                case 7: item7 = _item7.ReadField(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new Tuple<T1, T2, T3, T4, T5, T6, T7>(item1!, item2!, item3!, item4!, item5!, item6!, item7!);
    }

    public override Tuple<T1, T2, T3, T4, T5, T6, T7> Copy(Tuple<T1, T2, T3, T4, T5, T6, T7> value) =>
        IsImmutable ? value : new(
            _item1.CopyOrNull(value.Item1)!,
            _item2.CopyOrNull(value.Item2)!,
            _item3.CopyOrNull(value.Item3)!,
            _item4.CopyOrNull(value.Item4)!,
            _item5.CopyOrNull(value.Item5)!,
            _item6.CopyOrNull(value.Item6)!,
            _item7.CopyOrNull(value.Item7)!);
}

internal sealed class TupleCodec<T1, T2, T3, T4, T5, T6, T7, TRest> : TupleCodecBase<Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>>
    where TRest : notnull
{
    private readonly Codec<T1> _item1 = Item<T1>();
    private readonly Codec<T2> _item2 = Item<T2>();
    private readonly Codec<T3> _item3 = Item<T3>();
    private readonly Codec<T4> _item4 = Item<T4>();
    private readonly Codec<T5> _item5 = Item<T5>();
    private readonly Codec<T6> _item6 = Item<T6>();
    private readonly Codec<T7> _item7 = Item<T7>();
    private readonly Codec<TRest> _item8 = Item<TRest>();

    public override bool IsImmutable =>
        _item1.IsImmutable && _item2.IsImmutable && _item3.IsImmutable && _item4.IsImmutable
        && _item5.IsImmutable && _item6.IsImmutable && _item7.IsImmutable && _item8.IsImmutable;

    public override void WriteValue(WireWriter writer, Tuple<T1, T2, T3, T4, T5, T6, T7, TRest> value)
    {
        writer.EnterGroup();
        _item1.WriteField(writer, 1, value.Item1);
        _item2.WriteField(writer, 2, value.Item2);
        _item3.WriteField(writer, 3, value.Item3);
        _item4.WriteField(writer, 4, value.Item4);
        _item5.WriteField(writer, 5, value.Item5);
        _item6.WriteField(writer, 6, value.Item6);
        _item7.WriteField(writer, 7, value.Item7);
        _item8.WriteField(writer, 8, value.Rest);
        writer.WriteEndGroup();
    }

    public override Tuple<T1, T2, T3, T4, T5, T6, T7, TRest> ReadValue(ref WireReader reader)
    {
        T1? item1 = default;
        T2? item2 = default;
        T3? item3 = default;
        T4? item4 = default;
        T5? item5 = default;
        T6? item6 = default;
        T7? item7 = default;
        TRest? item8 = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1: item1 = _item1.ReadField(ref reader, type); break;
                case 2: item2 = _item2.ReadField(ref reader, type); break;
                case 3: item3 = _item3.ReadField(ref reader, type); break;
                case 4: item4 = _item4.ReadField(ref reader, type); break;
                case 5: item5 = _item5.ReadField(ref reader, type); break;
                case 6: item6 = _item6.ReadField(ref reader, type); break;
                case 7: item7 = _item7.ReadField(ref reader, type); break;
                case 8: item8 = _item8.ReadField(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>(item1!, item2!, item3!, item4!, item5!, item6!, item7!, item8 ?? throw new WireFormatException("the rest of a tuple is missing"));
    }

    public override Tuple<T1, T2, T3, T4, T5, T6, T7, TRest> Copy(Tuple<T1, T2, T3, T4, T5, T6, T7, TRest> value) =>
        IsImmutable ? value : new(
            _item1.CopyOrNull(value.Item1)!,
            _item2.CopyOrNull(value.Item2)!,
            _item3.CopyOrNull(value.Item3)!,
            _item4.CopyOrNull(value.Item4)!,
            _item5.CopyOrNull(value.Item5)!,
            _item6.CopyOrNull(value.Item6)!,
            _item7.CopyOrNull(value.Item7)!,
            _item8.Copy(value.Rest));
}
