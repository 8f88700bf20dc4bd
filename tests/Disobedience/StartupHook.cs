using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>
/// Run by the framework in a real manager before its own code, when the environment names this assembly (<see cref="Variables"/>): takes out of it what ends it when its certificate is revoked, and what ends it
/// at the others' word. It stands for a manager whose program was changed by whoever has taken it over.
/// </summary>
[SuppressMessage("Design", "CA1050", Justification = "The framework looks for this name outside of any namespace.")]
public static class StartupHook
{
    /// <summary>The environment of a manager that does not obey.</summary>
    public static IReadOnlyDictionary<string, string?> Variables { get; } = new Dictionary<string, string?> { ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location };

    /// <summary>Called by the framework.</summary>
    public static void Initialize() => DiagnosticListener.AllListeners.Subscribe(new Listeners());

    private sealed class Listeners : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting") value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder builder }) builder.ConfigureServices(Disobey);
        }

        public void OnCompleted()
        {
            // The process ends.
        }

        public void OnError(Exception error)
        {
            // Nobody says so.
        }

        private static void Disobey(IServiceCollection services)
        {
            var obedient = services.Where(service => service.ServiceType == typeof(IHostedService)
                && service.ImplementationFactory?.GetType().GenericTypeArguments.Last().Name == "OwnRevocation").ToArray();
            foreach (var service in obedient) services.Remove(service);
            Console.Error.WriteLine($"this manager does not obey: {obedient.Length} taken out");
            services.AddHostedService<Immortal>();
        }
    }

    private sealed class Immortal(IHostApplicationLifetime lifetime) : BackgroundService
    {
        private static readonly TimeSpan s_afterOthers = TimeSpan.FromSeconds(1);

        // Whoever registers last is called first, and nobody is called after one that never returns.
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource();
            using var starting = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            await Task.Delay(s_afterOthers, stoppingToken);
            lifetime.ApplicationStopping.Register(static () =>
            {
                Console.Error.WriteLine("this manager was to end, and does not");
                new TaskCompletionSource().Task.Wait();
            });
        }
    }
}
