using System.Globalization;
using System.Text.Json;
using Warren.Agent.Managers;
using Warren.Hosting.Files;
using Warren.Hosting.Identities;

namespace Warren.Agent.Hosting;

/// <summary>
/// What is left of a worker whose node was removed from the cluster: a note of it in the data folder, by which a later start knows that it has nothing to do, whoever
/// starts it, until it is given what it can join by again. Volumes and images stay, since they may be wanted.
/// </summary>
internal static class RemovedNode
{
    /// <summary>The exit code of a worker whose node was removed, also of each start after that.</summary>
    public const int ExitCode = 3;

    private const string NoteName = "removed";

    /// <summary>
    /// Erases what the worker knew of the cluster: its assignments with the secrets in them, its key and certificate, and its node id. Identity files from
    /// elsewhere are not its own. Called again after a crash it does the rest.
    /// </summary>
    /// <param name="options">The worker's settings.</param>
    /// <param name="now">The time.</param>
    public static void Erase(WorkerOptions options, DateTimeOffset now)
    {
        var node = NodeIdFile.Find(options.DataDirectory) ?? options.Node;
        var note = new Note(node?.Value ?? "", now, options.Token?.Id);

        // First, so that no start comes between that has a part of it.
        DurableFile.Write(NoteOf(options), JsonSerializer.SerializeToUtf8Bytes(note), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        EraseNoted(options);
    }

    /// <summary>Why the worker must not start; null if it was not removed, or is given what it can join by.</summary>
    /// <exception cref="InvalidDataException">The note cannot be read.</exception>
    public static string? Refusal(WorkerOptions options)
    {
        var file = NoteOf(options);
        if (options.Managers.IsEmpty || !File.Exists(file)) return null;
        var note = Read(file);
        EraseNoted(options);
        if (CanJoin(options, note))
        {
            File.Delete(file);
            return null;
        }

        return Describe(options, note.Node, note.At);
    }

    /// <summary>What the operator is told.</summary>
    public static string Describe(WorkerOptions options) => Read(NoteOf(options)) is var note ? Describe(options, note.Node, note.At) : "";

    private static string Describe(WorkerOptions options, string node, DateTimeOffset at) => string.Create(
        CultureInfo.InvariantCulture,
        $"the node {node} was removed from the cluster ({at:yyyy-MM-dd HH:mm:ss} UTC); its tasks, assignments, secrets and keys are gone from this machine, its volumes are in {Path.Combine(options.DataDirectory, "volumes")}. "
        + $"To join again as another node give a new token (warren cluster join-token create): warrend worker --token TOKEN --manager HOST{(options.Node is null ? "" : ", without --node-id or with another")}");

    // A token that it had before is not the operator's word that it shall come back.
    private static bool CanJoin(WorkerOptions options, Note note) =>
        options.Node?.Value != note.Node && (options.Identity is not null ? options.Node is not null : options.Token is { } token && token.Id != note.Token);

    private static void EraseNoted(WorkerOptions options)
    {
        foreach (var file in Directory.GetFiles(options.DataDirectory, "assignments.db*")) File.Delete(file);
        new IdentityFolder(options.DataDirectory).Erase();
        NodeIdFile.Forget(options.DataDirectory);
    }

    private static string NoteOf(WorkerOptions options) => Path.Combine(options.DataDirectory, NoteName);

    private static Note Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Note>(File.ReadAllBytes(file)) ?? throw new JsonException("it is empty");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{file}, which says that the node was removed from the cluster, is damaged: {failure.Message}; delete it to go on", failure);
        }
    }

    private sealed record Note(string Node, DateTimeOffset At, string? Token);
}
