namespace Warren.Agent.Containers.Tests.Oci;

/// <summary>A line of <c>/proc/self/mountinfo</c>.</summary>
/// <param name="Target">Where.</param>
/// <param name="Options">Options of the mount.</param>
/// <param name="Propagation">The optional fields: <c>master:1</c>, <c>shared:2</c>, …</param>
/// <param name="Type">The file system.</param>
/// <param name="Super">Options of the file system.</param>
internal sealed record MountLine(string Target, string[] Options, string[] Propagation, string Type, string[] Super)
{
    public static MountLine Parse(string line)
    {
        var words = line.Split(' ');
        var end = Array.IndexOf(words, "-");
        return new(words[4], words[5].Split(','), words[6..end], words[end + 1], words[end + 3].Split(','));
    }
}
