using System.Globalization;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Images;

/// <summary>Shows how far each node is: at a terminal a line for each that is drawn over and over, else a line when a node does something else.</summary>
internal sealed class ImageProgressView(Call call)
{
    private readonly SortedDictionary<string, ImageProgress> _nodes = new(StringComparer.Ordinal);
    private int _lines;

    /// <summary>Shows a step of a node.</summary>
    public void Show(ImageProgress step)
    {
        var isOther = !_nodes.TryGetValue(step.Node, out var before) || before.Stage != step.Stage || before.Note != step.Note;
        _nodes[step.Node] = step;
        if (call.IsQuiet) return;
        if (call.Terminal.CanRedraw) Draw();
        else if (isOther) call.Terminal.Error.WriteLine(Line(step));
    }

    /// <summary>What the nodes have at the end.</summary>
    public void End()
    {
        foreach (var node in _nodes.Values)
        {
            foreach (var image in node.Images) call.Done(image.Name, $"{NameOf(node)} has {image.Name} ({image.Digest}, {Text.Bytes(image.Size)})");
        }
    }

    private static string NameOf(ImageProgress node) => node.Name.Length > 0 ? node.Name : node.Node;

    private static string Line(ImageProgress step)
    {
        var layers = step.LayersTotal == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {step.LayersDone} of {step.LayersTotal} layers");
        var bytes = step.BytesDone == 0 ? "" : step.BytesTotal == 0 ? " " + Text.Bytes(step.BytesDone) : $" {Text.Bytes(step.BytesDone)} of {Text.Bytes(step.BytesTotal)}";
        var what = step.Stage switch
        {
            ImageStage.Resolving => "asks the registry",
            ImageStage.Downloading => "downloads" + bytes + layers,
            ImageStage.Receiving => "receives" + bytes,
            ImageStage.Unpacking => "unpacks" + bytes + layers,
            ImageStage.Done => "done",
            ImageStage.Failed => "failed: " + step.Problem,
            _ => "begins",
        };
        return $"{NameOf(step)}  {what}{(step.Note.Length == 0 ? "" : "; " + step.Note)}";
    }

    private void Draw()
    {
        using var drawn = new StringWriter();
        if (_lines > 0) drawn.Write($"\e[{_lines}A\r");
        var width = call.Terminal.Measure()?.Columns ?? call.Terminal.Width;
        foreach (var line in _nodes.Values.Select(Line)) drawn.Write($"\e[K{(line.Length < width ? line : line[..(width - 2)] + "…")}\n");
        _lines = _nodes.Count;
        call.Terminal.Error.Write(drawn.ToString());
    }
}
