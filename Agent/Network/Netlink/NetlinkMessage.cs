using System.Runtime.InteropServices;

namespace Warren.Agent.Network.Netlink;

/// <summary>What the kernel sent.</summary>
/// <param name="Type">The message's type.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="Sequence">The number of the request that it answers.</param>
/// <param name="Payload">The fixed part and the attributes.</param>
internal sealed record NetlinkMessage(ushort Type, ushort Flags, int Sequence, byte[] Payload)
{
    public const ushort ErrorType = 2, DoneType = 3;

    public const ushort WasInterrupted = 0x10;

    private const ushort IsCapped = 0x100, HasExplanation = 0x200;
    private const ushort ExplanationText = 1;

    /// <summary>Zero or the error number of an acknowledgement, or of the end of a listing.</summary>
    public int Error => Payload.Length >= sizeof(int) ? -MemoryMarshal.Read<int>(Payload) : 0;

    /// <summary>The kernel's words to an error; null if it has none.</summary>
    public string? Explanation
    {
        get
        {
            if ((Flags & HasExplanation) == 0 || Type is not (ErrorType or DoneType)) return null;
            // An error repeats the header of the request and, unless capped, all of it; the end of a listing only has the number.
            var start = Type == DoneType ? sizeof(int) : sizeof(int) + NetlinkBatch.HeaderLength;
            if (Type == ErrorType && (Flags & IsCapped) == 0)
            {
                if (Payload.Length < start) return null;
                start = sizeof(int) + ((MemoryMarshal.Read<int>(Payload.AsSpan(sizeof(int))) + 3) & ~3);
            }

            return start > Payload.Length ? null : new NetlinkAttributes(Payload.AsSpan(start)).FindString(ExplanationText);
        }
    }

    /// <summary>The attributes behind the fixed part.</summary>
    public NetlinkAttributes Attributes(int fixedLength) =>
        new(Payload.Length < fixedLength ? default : Payload.AsSpan(fixedLength));

    /// <summary>Takes apart what one read returned.</summary>
    public static List<NetlinkMessage> ParseAll(ReadOnlySpan<byte> bytes)
    {
        var messages = new List<NetlinkMessage>();
        while (bytes.Length >= NetlinkBatch.HeaderLength)
        {
            var length = MemoryMarshal.Read<int>(bytes);
            if (length < NetlinkBatch.HeaderLength || length > bytes.Length)
                throw new InvalidDataException($"the kernel sent a netlink message of {length} bytes in {bytes.Length}");
            messages.Add(new(
                MemoryMarshal.Read<ushort>(bytes[4..]),
                MemoryMarshal.Read<ushort>(bytes[6..]),
                MemoryMarshal.Read<int>(bytes[8..]),
                bytes[NetlinkBatch.HeaderLength..length].ToArray()));
            bytes = bytes[Math.Min((length + 3) & ~3, bytes.Length)..];
        }

        return messages;
    }
}
