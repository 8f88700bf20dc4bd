using System.Text.Json;

namespace Warren.Agent.Runtime.Fake;

/// <summary>
/// Keeps containers in a file, a line for each change: the container, or its name alone when it is removed. Written to the system, not to the disk: it
/// outlives the agent, as simulated containers should, and not the machine.
/// </summary>
internal sealed class FakeJournal : IDisposable
{
    private readonly StreamWriter? _writer;

    private FakeJournal(StreamWriter? writer) => _writer = writer;

    /// <summary>Reads a file, writes it anew without what is out of date, and goes on with it.</summary>
    public static FakeJournal Open(string? file, Dictionary<string, FakeContainer> containers)
    {
        if (file is null) return new(null);
        if (File.Exists(file))
        {
            foreach (var line in File.ReadLines(file)) Apply(line, containers);
        }
        var next = file + ".new";
        File.WriteAllLines(next, containers.Values.Select(container => JsonSerializer.Serialize(new Line(container.Id, container))));
        File.Move(next, file, overwrite: true);
        return new(new StreamWriter(file, append: true) { AutoFlush = true });
    }

    public void Write(FakeContainer container) => _writer?.WriteLine(JsonSerializer.Serialize(new Line(container.Id, container)));

    public void WriteRemoval(string id) => _writer?.WriteLine(JsonSerializer.Serialize(new Line(id, null)));

    public void Dispose() => _writer?.Dispose();

    private static void Apply(string text, Dictionary<string, FakeContainer> containers)
    {
        Line? line;
        try
        {
            line = JsonSerializer.Deserialize<Line>(text);
        }
        catch (JsonException)
        {
            // The last line of an agent that was killed while it wrote.
            return;
        }
        if (line is null) return;
        if (line.Container is null) containers.Remove(line.Id);
        else containers[line.Id] = line.Container;
    }

    private sealed record Line(string Id, FakeContainer? Container);
}
