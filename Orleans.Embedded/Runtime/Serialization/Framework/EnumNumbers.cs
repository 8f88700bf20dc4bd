using System.Runtime.CompilerServices;

namespace Orleans.Serialization;

/// <summary>Enums as numbers without boxing.</summary>
internal static class EnumNumbers
{
    public static long ToInt64<T>(T value, bool signed)
        where T : struct, Enum => (Unsafe.SizeOf<T>(), signed) switch
        {
            (1, true) => Unsafe.As<T, sbyte>(ref value),
            (1, false) => Unsafe.As<T, byte>(ref value),
            (2, true) => Unsafe.As<T, short>(ref value),
            (2, false) => Unsafe.As<T, ushort>(ref value),
            (4, true) => Unsafe.As<T, int>(ref value),
            (4, false) => Unsafe.As<T, uint>(ref value),
            _ => Unsafe.As<T, long>(ref value),
        };

    /// <summary>The low bits of <paramref name="number"/>; the caller checks that nothing is lost.</summary>
    public static T FromInt64<T>(long number)
        where T : struct, Enum
    {
        switch (Unsafe.SizeOf<T>())
        {
            case 1:
                var one = (byte)number;
                return Unsafe.As<byte, T>(ref one);
            case 2:
                var two = (ushort)number;
                return Unsafe.As<ushort, T>(ref two);
            case 4:
                var four = (uint)number;
                return Unsafe.As<uint, T>(ref four);
            default:
                return Unsafe.As<long, T>(ref number);
        }
    }
}
