using System.Collections.Concurrent;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>Resolves by what the silos have told: a client need not reference grain classes.</summary>
internal sealed class ManifestGrainTypeResolver : IGrainTypeResolver
{
    private readonly ConcurrentDictionary<GrainInterfaceType, List<GrainTypeCandidate>> _byInterface = new();
    private volatile HashSet<GrainType> _statelessWorkers = [];

    /// <summary>Grain types that any silo may serve.</summary>
    public bool IsStatelessWorker(GrainType type) => _statelessWorkers.Contains(type);

    public GrainType Resolve(Type interfaceClass, GrainInterfaceType interfaceType, string? classNamePrefix) =>
        GrainTypeCandidate.Choose(interfaceClass, _byInterface.GetValueOrDefault(interfaceType) ?? [], classNamePrefix);

    /// <summary>What a silo tells about its grain classes.</summary>
    public static void Write(WireWriter writer, IReadOnlyCollection<GrainClass> classes)
    {
        foreach (var grainClass in classes)
        {
            var descriptor = grainClass.Descriptor;
            writer.WriteTag(1, WireType.Group);
            WriteText(1, descriptor.GrainType.ToString());
            WriteText(2, descriptor.GrainClass.FullName ?? descriptor.GrainClass.Name);
            if (descriptor.StatelessWorkerLimit is not null)
            {
                writer.WriteTag(3, WireType.Varint);
                writer.WriteVarint(1);
            }

            foreach (var implemented in descriptor.Interfaces) WriteText(4, implemented.ToString());
            writer.WriteEndGroup();
        }

        void WriteText(uint id, string text)
        {
            writer.WriteTag(id, WireType.LengthPrefixed);
            writer.WriteString(text);
        }
    }

    /// <summary>Adds what a silo has told to what is known. Silos of different versions may know different grains.</summary>
    public void Merge(ref WireReader reader)
    {
        while (reader.TryReadTag(out var id, out var type))
        {
            if (id == 1 && type == WireType.Group) MergeClass(ref reader);
            else reader.Skip(type);
        }
    }

    private void MergeClass(ref WireReader reader)
    {
        var (grainType, className, isStatelessWorker) = ("", "", false);
        var interfaces = new List<string>();
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1 when type == WireType.LengthPrefixed: grainType = reader.ReadString(); break;
                case 2 when type == WireType.LengthPrefixed: className = reader.ReadString(); break;
                case 3 when type == WireType.Varint: isStatelessWorker = reader.ReadVarint() != 0; break;
                case 4 when type == WireType.LengthPrefixed: interfaces.Add(reader.ReadString()); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        var candidate = new GrainTypeCandidate(GrainType.Create(grainType), className);
        foreach (var name in interfaces)
        {
            _byInterface.AddOrUpdate(
                GrainInterfaceType.Create(name),
                static (_, added) => [added],
                static (_, known, added) => known.Contains(added) ? known : [.. known, added],
                candidate);
        }

        if (isStatelessWorker && !_statelessWorkers.Contains(candidate.GrainType)) _statelessWorkers = [.. _statelessWorkers, candidate.GrainType];
    }
}
