using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Warren.Services;

namespace Warren.Tasks;

/// <summary>
/// Names one attempt to run one replica, by what it is: <c>web.3.17</c> is the task of generation 17 in slot 3 of the service web. At most
/// 63 of a-z, 0-9, '-' and '.', so that it also names the container, and known before the task exists, so that making it twice makes one.
/// </summary>
[GenerateSerializer, Alias("warren.task-id"), Immutable]
public readonly record struct TaskId : IParsable<TaskId>, IComparable<TaskId>
{
    /// <summary>The highest generation.</summary>
    public const int MaxGeneration = 999_999_999;

    private const string Rule = "<service>.<slot>.<generation>";

    [Id(0)]
    private readonly ServiceName _service;

    [Id(1)]
    private readonly TaskSlot _slot;

    [Id(2)]
    private readonly int _generation;

    /// <summary>Names a task.</summary>
    /// <param name="service">Its service.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="generation">1 to <see cref="MaxGeneration"/>.</param>
    public TaskId(ServiceName service, TaskSlot slot, int generation)
    {
        if (service == default) throw new ArgumentException("The service name was never set.", nameof(service));
        if (slot == default) throw new ArgumentException("The slot was never set.", nameof(slot));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(generation);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(generation, MaxGeneration);
        (_service, _slot, _generation) = (service, slot, generation);
    }

    /// <summary>The service that the task belongs to.</summary>
    public ServiceName Service => _service;

    /// <summary>The slot that it fills.</summary>
    public TaskSlot Slot => _slot;

    /// <summary>
    /// Grows with every task that the service makes, in whichever slot, and goes on growing after the service was removed and made again:
    /// of two tasks in a slot the one with the greater generation is right.
    /// </summary>
    public int Generation => _generation;

    /// <summary>Takes the text of a task id.</summary>
    /// <exception cref="FormatException">It is none; the message says the rule.</exception>
    public static TaskId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is no task id: {Rule}");

    /// <summary>Takes a text that may be no task id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TaskId result)
    {
        result = default;
        if (s?.Split('.') is not [var service, var slot, var generation]) return false;
        if (!ServiceName.TryParse(service, out var name) || !TaskSlot.TryParse(slot, null, out var place)) return false;
        if (!int.TryParse(generation, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        if (number is <= 0 or > MaxGeneration || generation[0] == '0') return false;
        result = new(name, place, number);
        return true;
    }

    /// <summary>Takes a text that may be no task id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out TaskId result) => TryParse(s, null, out result);

    /// <summary>By service, then slot, then generation.</summary>
    public int CompareTo(TaskId other)
    {
        var byService = _service.CompareTo(other._service);
        if (byService != 0) return byService;
        var bySlot = _slot.CompareTo(other._slot);
        return bySlot != 0 ? bySlot : _generation.CompareTo(other._generation);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        _service == default ? "" : string.Create(CultureInfo.InvariantCulture, $"{_service}.{_slot}.{_generation}");
}
