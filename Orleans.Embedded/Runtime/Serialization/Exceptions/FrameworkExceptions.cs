using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using System.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orleans.Serialization;

/// <summary>
/// The exception types of the framework that arrive as themselves. The list is fixed: a name from the wire makes no other type of the
/// process.
/// </summary>
internal static class FrameworkExceptions
{
    private static readonly Lazy<bool> Registered = new(Register);

    /// <summary>Registers the list when an exception is first met: it brings in assemblies that few processes need at their start.</summary>
    public static void EnsureRegistered() => _ = Registered.Value;

    private static bool Register()
    {
        Add<Exception>();
        Add<SystemException>();
        Add<ApplicationException>();
        Add<InvalidOperationException>();
        Add<NotSupportedException>();
        Add<NotImplementedException>();
        Add<PlatformNotSupportedException>();
        Add<NullReferenceException>();
        Add<IndexOutOfRangeException>();
        Add<InvalidCastException>();
        Add<ArithmeticException>();
        Add<DivideByZeroException>();
        Add<OverflowException>();
        Add<FormatException>();
        Add<RankException>();
        Add<TimeoutException>();
        Add<OperationCanceledException>();
        Add<TaskCanceledException>();
        Add<UnauthorizedAccessException>();
        Add<OutOfMemoryException>();
        Add<InsufficientExecutionStackException>();
        Add<KeyNotFoundException>();
        Add<IOException>();
        Add<EndOfStreamException>();
        Add<FileNotFoundException>();
        Add<DirectoryNotFoundException>();
        Add<PathTooLongException>();
        Add<InvalidDataException>();
        Add<SecurityException>();
        Add<AuthenticationException>();
        Add<CryptographicException>();
        Add<HttpRequestException>();
        Add<JsonException>();
        Add<ValidationException>();
        Add<SwitchExpressionException>();
        Add<LockRecursionException>();
        Add<SynchronizationLockException>();
        Add<SemaphoreFullException>();
        Add(typeof(WireFormatException), static () => new WireFormatExceptionCodec());
        AddArgument<ArgumentException>();
        AddArgument<ArgumentNullException>();
        AddArgument<ArgumentOutOfRangeException>();
        Add(typeof(ObjectDisposedException), static () => new ObjectDisposedExceptionCodec());
        Add(typeof(AggregateException), static () => new AggregateExceptionCodec());
        return true;
    }

    private static void Add<T>()
        where T : Exception, new() => Add(typeof(T), static () => new PlainExceptionCodec<T>());

    private static void AddArgument<T>()
        where T : ArgumentException, new() => Add(typeof(T), static () => new ArgumentExceptionCodec<T>());

    private static void Add(Type type, Func<ICodec> codec) => CodecRegistry.Add(OpaqueExceptionCodec.Prefix + type.FullName!, type, codec);

    private sealed class PlainExceptionCodec<T> : ExceptionCodec<T>
        where T : Exception, new()
    {
        protected override T Create() => new();
    }

    private sealed class WireFormatExceptionCodec : ExceptionCodec<WireFormatException>
    {
        protected override WireFormatException Create() => new("");
    }

    private sealed class ArgumentExceptionCodec<T> : ExceptionCodec<T>
        where T : ArgumentException, new()
    {
        public override bool HasMembers => true;

        public override void WriteMembers(WireWriter writer, T value) => Codecs.Of<string>().WriteField(writer, 1, value.ParamName);

        public override void ReadMembers(ref WireReader reader, T value)
        {
            while (reader.TryReadTag(out var id, out var type))
            {
                if (id == 1) ExceptionFields.ParameterName(value) = Codecs.Of<string>().ReadField(ref reader, type);
                else reader.Skip(type);
            }
        }

        protected override T Create() => new();
    }

    private sealed class ObjectDisposedExceptionCodec : ExceptionCodec<ObjectDisposedException>
    {
        public override bool HasMembers => true;

        public override void WriteMembers(WireWriter writer, ObjectDisposedException value) =>
            Codecs.Of<string>().WriteField(writer, 1, value.ObjectName);

        public override void ReadMembers(ref WireReader reader, ObjectDisposedException value)
        {
            while (reader.TryReadTag(out var id, out var type))
            {
                if (id == 1) ExceptionFields.ObjectName(value) = Codecs.Of<string>().ReadField(ref reader, type);
                else reader.Skip(type);
            }
        }

        protected override ObjectDisposedException Create() => new(null);
    }

    private sealed class AggregateExceptionCodec : ExceptionCodec<AggregateException>
    {
        public override bool HasMembers => true;

        public override void WriteMembers(WireWriter writer, AggregateException value) =>
            Codecs.Of<Exception[]>().WriteField(writer, 1, [.. value.InnerExceptions]);

        public override void ReadMembers(ref WireReader reader, AggregateException value)
        {
            while (reader.TryReadTag(out var id, out var type))
            {
                if (id != 1) reader.Skip(type);
                else if (Codecs.Of<Exception[]>().ReadField(ref reader, type) is { } inner && Array.IndexOf(inner, null) < 0) InnerExceptions(value) = inner;
                else throw new WireFormatException("an inner exception is null");
            }
        }

        protected override AggregateException Create() => new();

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerExceptions")]
        private static extern ref Exception[] InnerExceptions(AggregateException exception);
    }
}
