using Warren.Content;
using Warren.Grains.Scheduling;
using Warren.Grains.Scheduling.Filters;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>
/// Decides whether a node promises what a task needs. The node's grain alone asks it, one reservation after the other, and writes the answer before
/// it gives it: so two schedulers with old snapshots cannot promise the same room twice.
/// </summary>
internal static class NodeAdmission
{
    /// <summary>Checks what can have changed since the scheduler looked; constraints and platform do not change by a promise.</summary>
    public static Admission Decide(NodeRecord node, NodeReservation wanted)
    {
        var (used, ofService) = (default(ResourceAmount), 0);
        foreach (var held in node.Reservations)
        {
            if (held.Task == wanted.Task)
            {
                return ContentComparison.AreEqual(held, wanted)
                    ? new(AdmissionOutcome.Held, node)
                    : new(AdmissionOutcome.Refused, node, $"{node.Id} promised {wanted.Task} something else before; a task's reservation does not change");
            }

            var isSameService = held.Task.Service == wanted.Task.Service;
            if (isSameService && held.Task.Slot == wanted.Task.Slot && held.Task.Generation > wanted.Task.Generation)
                return new(AdmissionOutcome.Refused, node, $"{held.Task} has taken the place of {wanted.Task} already");
            if (isSameService) ofService++;
            used += held.Resources;
        }

        var refusal = Check(node, wanted, node.Description.Capacity - used, ofService);
        return refusal.Kind == RefusalKind.None
            ? new(AdmissionOutcome.Admitted, node with { Reservations = node.Reservations.Add(wanted) })
            : new(AdmissionOutcome.Refused, node, $"{node.Id} cannot take {wanted.Task}: {refusal}");
    }

    /// <summary>Takes a promise back; nothing happens if there is none.</summary>
    public static NodeRecord Release(NodeRecord node, TaskId task) =>
        node.Reservations.Any(held => held.Task == task) ? node with { Reservations = node.Reservations.RemoveAll(held => held.Task == task) } : node;

    private static Refusal Check(NodeRecord node, NodeReservation wanted, ResourceAmount available, int ofService)
    {
        Refusal[] answers =
        [
            ReadyFilter.Check(node),
            AvailabilityFilter.Check(node),
            ResourceFilter.Check(available, wanted.Resources),
            Ports(node, wanted),
            MaxPerNodeFilter.Check(ofService, wanted.MaxPerNode),
        ];
        return answers.FirstOrDefault(refusal => refusal.Kind != RefusalKind.None);
    }

    private static Refusal Ports(NodeRecord node, NodeReservation wanted)
    {
        foreach (var port in wanted.HostPorts)
        {
            if (node.Reservations.Any(held => held.HostPorts.Any(port.Collides))) return new(RefusalKind.HostPort, port.ToString());
        }

        return Refusal.None;
    }
}
