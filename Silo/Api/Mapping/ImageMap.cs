using Google.Protobuf.WellKnownTypes;
using Warren.Nodes;
using Warren.Questions;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Images of nodes, as callers see them. No I/O.</summary>
internal static class ImageMap
{
    /// <summary>An image.</summary>
    public static Proto.NodeImage Write(NodeImage from)
    {
        var image = new Proto.NodeImage
        {
            Name = from.Name,
            Digest = from.Digest,
            Size = from.Size,
            Platforms = { from.Platforms },
            Tasks = { from.Tasks },
            LastUsed = from.LastUsed.ToTimestamp(),
        };
        if (from.IsWanted is { } wanted) image.Wanted = wanted;
        return image;
    }

    /// <summary>How far a node is.</summary>
    public static Proto.ImageProgress Write(NodeRecord node, NodeAnswer answer)
    {
        var step = answer.Step ?? new();
        return new()
        {
            Node = node.Id.Value,
            Name = node.Description.Name,
            Stage = answer.Problem is null ? StageOf(step.Kind) : Proto.ImageStage.Failed,
            LayersDone = step.LayersDone,
            LayersTotal = step.LayersTotal,
            BytesDone = step.BytesDone,
            BytesTotal = step.BytesTotal,
            Note = step.Note,
            Problem = answer.Problem ?? "",
            Images = { step.Images.Select(Write) },
        };
    }

    private static Proto.ImageStage StageOf(ImageStepKind kind) => kind switch
    {
        ImageStepKind.Resolving => Proto.ImageStage.Resolving,
        ImageStepKind.Downloading => Proto.ImageStage.Downloading,
        ImageStepKind.Receiving => Proto.ImageStage.Receiving,
        ImageStepKind.Unpacking => Proto.ImageStage.Unpacking,
        ImageStepKind.Done => Proto.ImageStage.Done,
        _ => Proto.ImageStage.Unspecified,
    };
}
