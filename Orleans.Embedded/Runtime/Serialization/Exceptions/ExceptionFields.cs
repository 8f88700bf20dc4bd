using System.Runtime.CompilerServices;

namespace Orleans.Serialization;

/// <summary>
/// The fields of every exception. They are set directly, because a constructor may make its own text of the message it gets.
/// </summary>
internal static class ExceptionFields
{
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    public static extern ref string? Message(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    public static extern ref Exception? InnerException(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_remoteStackTraceString")]
    public static extern ref string? RemoteStackTrace(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_paramName")]
    public static extern ref string? ParameterName(ArgumentException exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_objectName")]
    public static extern ref string? ObjectName(ObjectDisposedException exception);
}
