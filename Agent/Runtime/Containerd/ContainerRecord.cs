using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Warren.Agent.Runtime.Containerd.Api.ContainersV1;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>Makes containerd's records of containers.</summary>
internal static class ContainerRecord
{
    private const string SpecType = "types.containerd.io/opencontainers/runtime-spec/1/Spec";
    private const string ProcessType = "types.containerd.io/opencontainers/runtime-spec/1/Process";
    private const string OptionsType = "containerd.runc.v1.Options";
    private const int MaxLabel = 4096;

    /// <summary>The record of a request.</summary>
    /// <exception cref="ContainerRuntimeException">A label is longer than containerd takes.</exception>
    public static Container Of(ContainerRequest request, ReadOnlyMemory<byte> spec, string log, ContainerdOptions options)
    {
        var record = Bare(request.Id.Value, spec, options);
        record.Image = request.Image.Name;
        record.Snapshotter = options.Snapshotter;
        record.SnapshotKey = request.Id.Value;
        foreach (var (name, value) in request.OwnerLabels) record.Labels.Add(name, value);
        record.Labels.Add(ContainerLabels.ImageDigest, request.Image.Digest);
        record.Labels.Add(ContainerLabels.Log, log);
        if (request.Spec.Tty) record.Labels.Add(ContainerLabels.Terminal, "1");
        foreach (var (name, value) in record.Labels)
        {
            if (name.Length + value.Length > MaxLabel)
            {
                throw new ContainerRuntimeException(
                    RuntimeFault.Invalid, $"{request.Id}: label '{name}' and its value are {name.Length + value.Length} bytes; at most {MaxLabel} are kept");
            }
        }
        return record;
    }

    /// <summary>A record by which a task can be reached that lost its own.</summary>
    public static Container StandIn(string id, ContainerdOptions options) => Bare(id, "{}"u8.ToArray(), options);

    /// <summary>The description of a further process.</summary>
    public static Any Process(ReadOnlyMemory<byte> json) => new() { TypeUrl = ProcessType, Value = ByteString.CopyFrom(json.Span) };

    private static Container Bare(string id, ReadOnlyMemory<byte> spec, ContainerdOptions options) => new()
    {
        Id = id,
        Runtime = new()
        {
            Name = options.RuntimeName,
            Options = new()
            {
                TypeUrl = OptionsType,
                Value = new Api.Runc.Options { BinaryName = options.RuncBinary, Root = options.RuncRoot }.ToByteString(),
            },
        },
        Spec = new() { TypeUrl = SpecType, Value = ByteString.CopyFrom(spec.Span) },
    };
}
