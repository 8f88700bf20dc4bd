using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Warren.Grains.Hosting;

/// <summary>
/// Has the code that runs asynchronous methods compiled before they run for the first time. It belongs to the framework and is made anew for each method, so that
/// compiling a program ahead of time leaves it out: a good part of what a first call waits for. What cannot be found in this version of the framework is left
/// out, and is compiled when it is needed.
/// </summary>
internal static class AsyncCode
{
    private const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Type? s_core = typeof(Task).Assembly.GetType("System.Runtime.CompilerServices.AsyncMethodBuilderCore");
    private static readonly Type? s_nothing = typeof(Task).Assembly.GetType("System.Threading.Tasks.VoidTaskResult");
    private static readonly Type? s_box = typeof(AsyncTaskMethodBuilder<>).GetNestedType("AsyncStateMachineBox`1", BindingFlags.NonPublic);

    // The others are for debuggers, or for awaiters that nobody writes.
    private static readonly FrozenSet<string> s_needed =
    [
        "Start", "AwaitUnsafeOnCompleted", "GetStateMachineBox", "ExecutionContextCallback", "MoveNext", "get_MoveNextAction", "get_Context", "ExecuteFromThreadPool",
        "ClearStateUponCompletion",
    ];

    /// <summary>Prepares all asynchronous methods of some types.</summary>
    /// <param name="types">Types without open parameters.</param>
    /// <returns>How many methods of the framework were prepared.</returns>
    public static int Prepare(params ReadOnlySpan<Type> types)
    {
        var prepared = 0;
        foreach (var type in types)
        {
            foreach (var nested in type.GetNestedTypes(All))
            {
                if (typeof(IAsyncStateMachine).IsAssignableFrom(nested)) prepared += PrepareMachine(Close(nested, type));
            }
        }

        return prepared;
    }

    private static Type Close(Type nested, Type outer) => nested.IsGenericTypeDefinition && outer.IsConstructedGenericType ? nested.MakeGenericType(outer.GenericTypeArguments) : nested;

    private static int PrepareMachine(Type machine)
    {
        // A method with type parameters of its own is another one for each use.
        if (machine.ContainsGenericParameters || s_nothing is null || s_box is null) return 0;
        var fields = machine.GetFields(All);
        var builder = fields.FirstOrDefault(field => field.Name == "<>t__builder")?.FieldType;
        if (builder is null) return 0;
        var result = builder.IsConstructedGenericType ? builder.GenericTypeArguments[0] : s_nothing;
        var awaiters = fields.Select(field => field.FieldType).Where(type => typeof(ICriticalNotifyCompletion).IsAssignableFrom(type)).Distinct().ToArray();
        var inner = typeof(AsyncTaskMethodBuilder<>).MakeGenericType(result);
        var box = s_box.MakeGenericType(result, machine);
        RuntimeHelpers.RunClassConstructor(box.TypeHandle);
        return (s_core is null ? 0 : PrepareMethods(s_core, machine, awaiters)) + PrepareMethods(box, machine, awaiters) + PrepareMethods(inner, machine, awaiters) + (builder == inner ? 0 : PrepareMethods(builder, machine, awaiters));
    }

    private static int PrepareMethods(Type type, Type machine, Type[] awaiters)
    {
        var prepared = 0;
        foreach (var method in type.GetMethods(All))
        {
            if (!s_needed.Contains(method.Name)) continue;
            if (!method.IsGenericMethodDefinition)
            {
                // Those of the builders are alike for all methods, and are there.
                if (type.GenericTypeArguments.Contains(machine)) prepared += Prepare(method, type);
                continue;
            }

            var parameters = method.GetGenericArguments();
            if (parameters is [{ Name: "TStateMachine" }]) prepared += Prepare(method.MakeGenericMethod(machine), type);
            else if (parameters is [{ Name: "TAwaiter" }, { Name: "TStateMachine" }]) prepared += awaiters.Sum(awaiter => Prepare(method.MakeGenericMethod(awaiter, machine), type));
        }

        return prepared;
    }

    private static int Prepare(MethodInfo method, Type type)
    {
        RuntimeTypeHandle[] instantiation = [.. type.GenericTypeArguments.Select(Handle), .. method.GetGenericArguments().Select(Handle)];
        RuntimeHelpers.PrepareMethod(method.MethodHandle, instantiation);
        return 1;

        static RuntimeTypeHandle Handle(Type argument) => argument.TypeHandle;
    }
}
