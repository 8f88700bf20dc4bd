using Microsoft.Extensions.Logging;
using Warren.Agent.Assignments;
using Warren.Agent.Containers;
using Warren.Agent.Health;

namespace Warren.Agent.Tasks;

/// <summary>What all tasks of a node share.</summary>
internal sealed record TaskParts
{
    /// <summary>Runs the containers.</summary>
    public required ContainerHost Containers { get; init; }

    /// <summary>Asks their probes.</summary>
    public required HealthMonitor Health { get; init; }

    /// <summary>Takes what is to be told.</summary>
    public required TaskReports Reports { get; init; }

    /// <summary>Keeps over a restart of the agent which tasks have ended.</summary>
    public required AssignmentStore Store { get; init; }

    /// <summary>Whether the node decides by itself.</summary>
    public required ManagerReach Reach { get; init; }

    /// <summary>Takes what has ended though it is meant to run.</summary>
    public required LocalRestarts Restarts { get; init; }

    /// <summary>Tells which images are there.</summary>
    public required NodeImages Images { get; init; }

    /// <summary>What files that are templates say of the node.</summary>
    public required NodeFields Node { get; init; }

    /// <summary>Bounds how many containers are made at once.</summary>
    public required SemaphoreSlim Starts { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The log.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Cancelled when the agent ends.</summary>
    public required CancellationToken Stopping { get; init; }
}
