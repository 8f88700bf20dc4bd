namespace Orleans;

/// <summary>The way into a cluster from outside its grains.</summary>
public interface IClusterClient : IGrainFactory
{
    IServiceProvider ServiceProvider { get; }
}
