#if !ORLEANS_PACKAGES
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization.Invocation;
#endif

namespace Warren.Silo.Precedence;

/// <summary>Has a silo put the calls of <see cref="ForegroundTable"/> before others.</summary>
internal static class CallPrecedenceExtensions
{
#if ORLEANS_PACKAGES
    /// <summary>The official packages know no precedence: calls wait behind what the cluster does by itself.</summary>
    public static ISiloBuilder AddCallPrecedence(this ISiloBuilder builder) => builder;

    /// <summary>False: none is known to be.</summary>
    public static bool IsTurnInForeground => false;
#else
    /// <summary>Calls of the table first.</summary>
    public static ISiloBuilder AddCallPrecedence(this ISiloBuilder builder)
    {
        builder.Services.AddSingleton<ICallPrecedence, Precedence>();
        return builder;
    }

    /// <summary>Whether this code runs in a turn that a call of the table waits for.</summary>
    public static bool IsTurnInForeground => TurnPrecedence.IsForeground;

    private sealed class Precedence : ICallPrecedence
    {
        public bool IsForeground(GrainInterfaceType interfaceType, string methodName) => ForegroundTable.Contains(interfaceType.ToString(), methodName);
    }
#endif
}
