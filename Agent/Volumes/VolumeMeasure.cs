using System.Globalization;

namespace Warren.Agent.Volumes;

/// <summary>Counts what a volume holds. In a process of its own, which can be left behind when the files are on a server that is away.</summary>
internal static class VolumeMeasure
{
    private const int BlockSize = 512;

    /// <exception cref="VolumeException">It cannot be read, or took longer than the limit.</exception>
    public static async Task<VolumeUsage> RunAsync(string name, string folder, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        long bytes = 0, files = 0;
        var linked = new HashSet<(string Device, string Number)>();
        try
        {
            // Kind, device, number, links, blocks; names are not needed, and may hold anything. Links are not followed.
            var failure = await ChildCommand.RunAsync(
                "find", [folder, "-xdev", "-mindepth", "1", "-ignore_readdir_race", "-printf", "%y %D %i %n %b\\n"], limit, time, Count, cancellationToken);
            return failure is null
                ? new VolumeUsage(bytes, files)
                : throw new VolumeException(VolumeFault.Failed, $"could not count what the volume {name} holds: {failure}");
        }
        catch (TimeoutException e)
        {
            throw new VolumeException(VolumeFault.Failed, $"counting what the volume {name} holds took longer than {limit.TotalSeconds:0.#} s", e);
        }

        void Count(string line)
        {
            var fields = line.Split(' ');
            files++;
            if (fields[0] != "d" && fields[3] != "1" && !linked.Add((fields[1], fields[2]))) return;
            bytes += long.Parse(fields[4], CultureInfo.InvariantCulture) * BlockSize;
        }
    }
}
