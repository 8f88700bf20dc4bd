using System.Globalization;
using Warren.Agent.Images;

namespace Warren.Agent.Tasks;

/// <summary>How an image's pull goes, for people; the latest only.</summary>
internal sealed class PullProgressText(string image) : IProgress<PullProgress>
{
    private PullProgress? _latest;

    /// <inheritdoc/>
    public void Report(PullProgress value) => Volatile.Write(ref _latest, value);

    /// <inheritdoc/>
    public override string ToString() => Volatile.Read(ref _latest) is { Phase: not PullPhase.Done } pull
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{Verb(pull.Phase)} {image}: {pull.LayersDone} of {pull.LayersTotal} layers, {pull.BytesDone / 1_000_000} of {pull.BytesTotal / 1_000_000} MB{Note(pull)}")
        : $"makes the container of {image}";

    private static string Verb(PullPhase phase) => phase switch
    {
        PullPhase.Resolving => "looks up",
        PullPhase.Unpacking => "unpacks",
        _ => "downloads",
    };

    private static string Note(PullProgress pull) => pull.Note.Length == 0 ? "" : $" ({pull.Note})";
}
