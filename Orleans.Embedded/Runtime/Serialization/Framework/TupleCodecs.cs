namespace Orleans.Serialization;

internal sealed class TupleCodec<T1> : TupleCodecBase<Tuple<T1>>
{
    private readonly Codec<T1> _item1 = Item<T1>();

    public override bool IsImmutable => _item1.IsImmutable;

    public override void WriteValue(WireWriter writer, Tuple<T1> value)
    {
        writer.EnterGroup();
        _item1.WriteField(writer, 1, value.Item1);
        writer.WriteEndGroup();
    }

    public override Tuple<T1> ReadValue(ref WireReader reader)
    {
        T1? item1 = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1: item1 = _item1.ReadField(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new Tuple<T1>(item1!);
    }

    public override Tuple<T1> Copy(Tuple<T1> value) =>
        IsImmutable ? value : new(
            _item1.CopyOrNull(value.Item1)!);
}

internal sealed class TupleCodec<T1, T2> : TupleCodecBase<Tuple<T1, T2>>
{
    private readonly Codec<T1> _item1 = Item<T1>();
    private readonly Codec<T2> _item2 = Item<T2>();

    public override bool IsImmutable => _item1.IsImmutable && _item2.IsImmutable;

    public override void WriteValue(WireWriter writer, Tuple<T1, T2> value)
    {
        writer.EnterGroup();
        _item1.WriteField(writer, 1, value.Item1);
        _item2.WriteField(writer, 2, value.Item2);
        writer.WriteEndGroup();
    }

    public override Tuple<T1, T2> ReadValue(ref WireReader reader)
    {
        T1? item1 = default;
        T2? item2 = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1: item1 = _item1.ReadField(ref reader, type); break;
                case 2: item2 = _item2.ReadField(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new Tuple<T1, T2>(item1!, item2!);
    }

    public override Tuple<T1, T2> Copy(Tuple<T1, T2> value) =>
        IsImmutable ? value : new(
            _item1.CopyOrNull(value.Item1)!,
            _item2.CopyOrNull(value.Item2)!);
}

internal sealed class TupleCodec<T1, T2, T3> : TupleCodecBase<Tuple<T1, T2, T3>>
{
    private readonly Codec<T1> _item1 = Item<T1>();
    private readonly Codec<T2> _item2 = Item<T2>();
    private readonly Codec<T3> _item3 = Item<T3>();

    public override bool IsImmutable => _item1.IsImmutable && _item2.IsImmutable && _item3.IsImmutable;

    public override void WriteValue(WireWriter writer, Tuple<T1, T2, T3> value)
    {
        writer.EnterGroup();
        _item1.WriteField(writer, 1, value.Item1);
        _item2.WriteField(writer, 2, value.Item2);
        _item3.WriteField(writer, 3, value.Item3);
        writer.WriteEndGroup();
    }

    public override Tuple<T1, T2, T3> ReadValue(ref WireReader reader)
    {
        T1? item1 = default;
        T2? item2 = default;
        T3? item3 = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1: item1 = _item1.ReadField(ref reader, type); break;
                case 2: item2 = _item2.ReadField(ref reader, type); break;
                case 3: item3 = _item3.ReadField(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new Tuple<T1, T2, T3>(item1!, item2!, item3!);
    }

    public override Tuple<T1, T2, T3> Copy(Tuple<T1, T2, T3> value) =>
        IsImmutable ? value : new(
            _item1.CopyOrNull(value.Item1)!,
            _item2.CopyOrNull(value.Item2)!,
            _item3.CopyOrNull(value.Item3)!);
}

internal sealed class TupleCodec<T1, T2, T3, T4> : TupleCodecBase<Tuple<T1, T2, T3, T4>>
{
    private readonly Codec<T1> _item1 = Item<T1>();
    private readonly Codec<T2> _item2 = Item<T2>();
    private readonly Codec<T3> _item3 = Item<T3>();
    private readonly Codec<T4> _item4 = Item<T4>();

    public override bool IsImmutable => _item1.IsImmutable && _item2.IsImmutable && _item3.IsImmutable && _item4.IsImmutable;

    public override void WriteValue(WireWriter writer, Tuple<T1, T2, T3, T4> value)
    {
        writer.EnterGroup();
        _item1.WriteField(writer, 1, value.Item1);
        _item2.WriteField(writer, 2, value.Item2);
        _item3.WriteField(writer, 3, value.Item3);
        _item4.WriteField(writer, 4, value.Item4);
        writer.WriteEndGroup();
    }

    public override Tuple<T1, T2, T3, T4> ReadValue(ref WireReader reader)
    {
        T1? item1 = default;
        T2? item2 = default;
        T3? item3 = default;
        T4? item4 = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1: item1 = _item1.ReadField(ref reader, type); break;
                case 2: item2 = _item2.ReadField(ref reader, type); break;
                case 3: item3 = _item3.ReadField(ref reader, type); break;
                case 4: item4 = _item4.ReadField(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new Tuple<T1, T2, T3, T4>(item1!, item2!, item3!, item4!);
    }

    public override Tuple<T1, T2, T3, T4> Copy(Tuple<T1, T2, T3, T4> value) =>
        IsImmutable ? value : new(
            _item1.CopyOrNull(value.Item1)!,
            _item2.CopyOrNull(value.Item2)!,
            _item3.CopyOrNull(value.Item3)!,
            _item4.CopyOrNull(value.Item4)!);
}

internal sealed class TupleCodec<T1, T2, T3, T4, T5> : TupleCodecBase<Tuple<T1, T2, T3, T4, T5>>
{
    private readonly Codec<T1> _item1 = Item<T1>();
    private readonly Codec<T2> _item2 = Item<T2>();
    private readonly Codec<T3> _item3 = Item<T3>();
    private readonly Codec<T4> _item4 = Item<T4>();
    private readonly Codec<T5> _item5 = Item<T5>();

    public override bool IsImmutable =>
        _item1.IsImmutable && _item2.IsImmutable && _item3.IsImmutable && _item4.IsImmutable
        && _item5.IsImmutable;

    public override void WriteValue(WireWriter writer, Tuple<T1, T2, T3, T4, T5> value)
    {
        writer.EnterGroup();
        _item1.WriteField(writer, 1, value.Item1);
        _item2.WriteField(writer, 2, value.Item2);
        _item3.WriteField(writer, 3, value.Item3);
        _item4.WriteField(writer, 4, value.Item4);
        _item5.WriteField(writer, 5, value.Item5);
        writer.WriteEndGroup();
    }

    public override Tuple<T1, T2, T3, T4, T5> ReadValue(ref WireReader reader)
    {
        T1? item1 = default;
        T2? item2 = default;
        T3? item3 = default;
        T4? item4 = default;
        T5? item5 = default;
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
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new Tuple<T1, T2, T3, T4, T5>(item1!, item2!, item3!, item4!, item5!);
    }

    public override Tuple<T1, T2, T3, T4, T5> Copy(Tuple<T1, T2, T3, T4, T5> value) =>
        IsImmutable ? value : new(
            _item1.CopyOrNull(value.Item1)!,
            _item2.CopyOrNull(value.Item2)!,
            _item3.CopyOrNull(value.Item3)!,
            _item4.CopyOrNull(value.Item4)!,
            _item5.CopyOrNull(value.Item5)!);
}

internal sealed class TupleCodec<T1, T2, T3, T4, T5, T6> : TupleCodecBase<Tuple<T1, T2, T3, T4, T5, T6>>
{
    private readonly Codec<T1> _item1 = Item<T1>();
    private readonly Codec<T2> _item2 = Item<T2>();
    private readonly Codec<T3> _item3 = Item<T3>();
    private readonly Codec<T4> _item4 = Item<T4>();
    private readonly Codec<T5> _item5 = Item<T5>();
    private readonly Codec<T6> _item6 = Item<T6>();

    public override bool IsImmutable =>
        _item1.IsImmutable && _item2.IsImmutable && _item3.IsImmutable && _item4.IsImmutable
        && _item5.IsImmutable && _item6.IsImmutable;

    public override void WriteValue(WireWriter writer, Tuple<T1, T2, T3, T4, T5, T6> value)
    {
        writer.EnterGroup();
        _item1.WriteField(writer, 1, value.Item1);
        _item2.WriteField(writer, 2, value.Item2);
        _item3.WriteField(writer, 3, value.Item3);
        _item4.WriteField(writer, 4, value.Item4);
        _item5.WriteField(writer, 5, value.Item5);
        _item6.WriteField(writer, 6, value.Item6);
        writer.WriteEndGroup();
    }

    public override Tuple<T1, T2, T3, T4, T5, T6> ReadValue(ref WireReader reader)
    {
        T1? item1 = default;
        T2? item2 = default;
        T3? item3 = default;
        T4? item4 = default;
        T5? item5 = default;
        T6? item6 = default;
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
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new Tuple<T1, T2, T3, T4, T5, T6>(item1!, item2!, item3!, item4!, item5!, item6!);
    }

    public override Tuple<T1, T2, T3, T4, T5, T6> Copy(Tuple<T1, T2, T3, T4, T5, T6> value) =>
        IsImmutable ? value : new(
            _item1.CopyOrNull(value.Item1)!,
            _item2.CopyOrNull(value.Item2)!,
            _item3.CopyOrNull(value.Item3)!,
            _item4.CopyOrNull(value.Item4)!,
            _item5.CopyOrNull(value.Item5)!,
            _item6.CopyOrNull(value.Item6)!);
}
