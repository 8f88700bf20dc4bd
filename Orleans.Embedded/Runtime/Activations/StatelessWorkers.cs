namespace Orleans.Runtime;

/// <summary>The activations of one stateless worker key in one silo: calls go to a free one, and another is made while all are busy.</summary>
internal sealed class StatelessWorkers(SiloRuntime runtime, GrainClass grainClass, GrainId grainId)
{
    private readonly Lock _gate = new();
    private readonly int _limit = grainClass.Descriptor.StatelessWorkerLimit is > 0 and var limit ? limit : Environment.ProcessorCount;
    private GrainActivation[] _activations = [];

    public int Count => _activations.Length;

    public IReadOnlyList<GrainActivation> All => _activations;

    public void Deliver(Message message)
    {
        while (!Choose().Receive(message))
        {
            // The chosen one ended between choice and delivery and has left the list; there is always another or a new one.
        }
    }

    public void Remove(GrainActivation activation)
    {
        lock (_gate) _activations = [.. _activations.Where(other => !ReferenceEquals(other, activation))];
    }

    private GrainActivation Choose()
    {
        lock (_gate)
        {
            var best = _activations.Where(static activation => activation.State <= ActivationState.Valid).MinBy(static activation => activation.QueueLength);
            if (best is not null && (best.QueueLength == 0 || _activations.Length >= _limit)) return best;
            var made = new GrainActivation(runtime, grainClass, grainId);
            _activations = [.. _activations, made];
            grainClass.OnCreated();
            made.Start();
            return made;
        }
    }
}
