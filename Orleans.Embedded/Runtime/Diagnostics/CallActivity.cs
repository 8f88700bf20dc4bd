using System.Diagnostics;

namespace Orleans.Runtime;

/// <summary>The trace of a call in the grain that receives it.</summary>
internal static class CallActivity
{
    public static Activity? Start(Message message)
    {
        var activity = message.TraceParent is { } parent
            ? EngineInstruments.Calls.StartActivity(message.Request.Method.ActivityName, ActivityKind.Server, parent)
            : EngineInstruments.Calls.StartActivity(message.Request.Method.ActivityName, ActivityKind.Server);
        activity?.SetTag("rpc.system", "orleans");
        activity?.SetTag("rpc.service", message.Request.Method.InterfaceName);
        activity?.SetTag("rpc.method", message.Request.Method.MethodName);
        activity?.SetTag("rpc.orleans.target_id", message.Target.ToString());
        return activity;
    }

    public static void Finish(Activity? activity, Exception? exception)
    {
        if (activity is not null && exception is not null) activity.SetStatus(ActivityStatusCode.Error, exception.Message);
    }
}
