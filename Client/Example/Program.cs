using Warren.Client;
using Warren.V1;

if (args is not [var where, var name, var image])
{
    await Console.Error.WriteLineAsync("Usage: Warren.Client.Example SOCKET|CONTEXT-FOLDER NAME IMAGE\nDeploys IMAGE as the service NAME with two replicas, and shows what happens until it runs.");
    return 2;
}

using var ending = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    ending.Cancel();
};

using var warren = Directory.Exists(where) ? WarrenClient.FromContext(where) : WarrenClient.ToSocket(where);
using var done = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
var watching = ShowEventsAsync(warren, name, done.Token);
try
{
    var stored = await warren.DeployAsync(new ServiceSpec { Name = name, Replicas = 2, Container = new() { Image = image } }, ending.Token);
    Console.WriteLine($"{name} is stored as version {stored.Revision.Version}");
    var service = await warren.WaitUntilConvergedAsync(name, TimeSpan.FromMinutes(2), ending.Token);
    Console.WriteLine($"{name} runs: {service.Progress.Ready} of {service.Progress.Wanted} are ready");
    return 0;
}
catch (NotConvergedException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
finally
{
    await done.CancelAsync();
    await watching;
}

static async System.Threading.Tasks.Task ShowEventsAsync(WarrenClient warren, string service, CancellationToken cancellation)
{
    try
    {
        await foreach (var change in warren.WatchEventsAsync(new() { Service = service }, cancellation))
            Console.WriteLine($"  {change.Subject}: {change.From} -> {change.To} {change.Reason}");
    }
    catch (OperationCanceledException)
    {
        // The service runs; nothing more is to be shown.
    }
}
