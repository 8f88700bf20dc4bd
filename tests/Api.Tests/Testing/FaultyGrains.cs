using System.Collections.Concurrent;
using System.Reflection;

namespace Warren.Api.Tests.Testing;

/// <summary>The grains of a manager, of which one fails when the test says so.</summary>
public class FaultyGrains : DispatchProxy
{
    private readonly ConcurrentDictionary<Type, (Exception Failure, TaskCompletionSource Failed)> _faults = [];
    private IGrainFactory _grains = null!;

    /// <summary>What is given to whom the grains fail.</summary>
    public IGrainFactory Factory => (IGrainFactory)(object)this;

    public static FaultyGrains Over(IGrainFactory grains)
    {
        var made = (FaultyGrains)(object)Create<IGrainFactory, FaultyGrains>();
        made._grains = grains;
        return made;
    }

    /// <summary>Has the next call of a grain of an interface fail.</summary>
    /// <returns>Ends when it has.</returns>
    public Task FailAsync<TGrainInterface>(Exception failure)
        where TGrainInterface : IGrainWithStringKey
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _faults[typeof(TGrainInterface)] = (failure, failed);
        return failed.Task;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.ReturnType.IsInterface && _faults.TryRemove(targetMethod.ReturnType, out var fault))
        {
            fault.Failed.SetResult();
            throw fault.Failure;
        }

        return targetMethod.Invoke(_grains, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
