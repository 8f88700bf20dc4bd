using System.Security.Cryptography;
using System.Text;
using Warren.Hosting.Files;
using Warren.Nodes;

namespace Warren.Agent.Managers;

/// <summary>The id of this node, kept on its disk for good: made once, unless it was given.</summary>
internal static class NodeIdFile
{
    private const string Name = "node-id";

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The id, if one was made or given before; null if not, or it cannot be read.</summary>
    public static NodeId? Find(string folder)
    {
        var file = Path.Combine(folder, Name);
        return File.Exists(file) && NodeId.TryParse(File.ReadAllText(file).Trim(), out var id) ? id : null;
    }

    /// <summary>The node is not of a cluster any more; the next id is another one.</summary>
    public static void Forget(string folder) => File.Delete(Path.Combine(folder, Name));

    /// <summary>The id.</summary>
    /// <param name="folder">The worker's data folder, which is there.</param>
    /// <param name="given">The id that was asked for; null for that of the file, or a new one.</param>
    /// <exception cref="InvalidDataException">The file holds another id than was given, or none.</exception>
    public static NodeId Ensure(string folder, NodeId? given)
    {
        var file = Path.Combine(folder, Name);
        if (!File.Exists(file))
        {
            // Another start of this worker may be first; then its id is the one.
            var made = given ?? new NodeId("n" + RandomNumberGenerator.GetString(Alphabet, NodeId.MaxLength - 1));
            DurableFile.TryCreate(file, Encoding.ASCII.GetBytes(made.Value), Mode);
        }

        var text = File.ReadAllText(file).Trim();
        if (!NodeId.TryParse(text, out var known)) throw new InvalidDataException($"{file}: '{text}' is no node id: {NodeId.Rule}");
        if (given is { } wanted && wanted != known)
            throw new InvalidDataException($"--node-id: this worker's data folder {folder} is that of node {known}, not of {wanted}; give it another folder, or leave the option out");
        return known;
    }
}
