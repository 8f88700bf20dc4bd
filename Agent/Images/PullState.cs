using System.Collections.Immutable;

namespace Warren.Agent.Images;

/// <summary>How far a pull is; written by its parts, read at any time.</summary>
internal sealed class PullState
{
    private readonly Lock _gate = new();
    private PullPhase _phase = PullPhase.Resolving;
    private ImmutableArray<BlobState> _blobs = [];
    private int _layers;
    private int _downloaded;
    private int _unpacked;
    private string _note = "";

    public void Begin(IEnumerable<BlobState> blobs, int layers)
    {
        lock (_gate)
        {
            _blobs = [.. blobs];
            _layers = layers;
            _phase = PullPhase.Downloading;
        }
    }

    public void LayerDownloaded()
    {
        lock (_gate)
        {
            if (++_downloaded == _layers) _phase = PullPhase.Unpacking;
        }
    }

    public void LayerUnpacked()
    {
        lock (_gate)
            _unpacked++;
    }

    public void Note(string note)
    {
        lock (_gate)
            _note = note;
    }

    public void Done()
    {
        lock (_gate)
        {
            _phase = PullPhase.Done;
            _unpacked = _layers;
            _note = "";
            foreach (var blob in _blobs) blob.Finish();
        }
    }

    public PullProgress Look()
    {
        lock (_gate)
        {
            var layers = _phase >= PullPhase.Unpacking ? _unpacked : _downloaded;
            return new(_phase, layers, _layers, _blobs.Sum(blob => blob.Bytes), _blobs.Sum(blob => blob.Size), _note);
        }
    }
}
