using Orleans.CodeGeneration;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded.Tests.Networking.Support;

/// <summary>What generated code would make for a method that takes a text and returns one.</summary>
internal sealed class EchoRequest : Request<string>
{
    public const ulong MethodId = 0xEC40;

    private static readonly MethodDescriptor s_method = new(
        MethodId, typeof(IEcho), GrainInterfaceType.Create("echo"), nameof(IEcho.EchoAsync), [typeof(string)], InvokeMethodOptions.None, null);

    public string Text { get; set; } = "";

    /// <summary>Written after the text, so that a test can send arguments that cannot be read.</summary>
    public byte[] Garbage { get; set; } = [];

    /// <summary>Thrown instead of writing the arguments.</summary>
    public Exception? FailsToWrite { get; set; }

    public override MethodDescriptor Method => s_method;

    public override void WriteArguments(WireWriter writer)
    {
        writer.WriteTag(1, WireType.LengthPrefixed);
        writer.WriteString(Text);
        if (FailsToWrite is not null) throw FailsToWrite;
        writer.WriteRaw(Garbage);
    }

    public override void ReadArguments(ref WireReader reader)
    {
        while (reader.TryReadTag(out var id, out var type))
        {
            if (id == 1) Text = reader.ReadString();
            else reader.Skip(type);
        }
    }

    public override ValueTask<string> InvokeMethod(object target) => ValueTask.FromResult(Text);

    private interface IEcho
    {
        Task<string> EchoAsync(string text);
    }
}
