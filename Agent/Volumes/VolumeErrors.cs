using System.ComponentModel;

namespace Warren.Agent.Volumes;

/// <summary>Turns failures of the file system into those of volumes.</summary>
internal static class VolumeErrors
{
    private const int NoSpace = 28, QuotaExceeded = 122;

    /// <param name="name">The volume.</param>
    /// <param name="what">What was not done to it: made, deleted.</param>
    /// <param name="action">What may fail.</param>
    public static async Task<T> Translate<T>(string name, string what, Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            var code = e is Win32Exception native ? native.NativeErrorCode : e.HResult;
            var fault = code is NoSpace or QuotaExceeded ? VolumeFault.NoSpace : VolumeFault.Failed;
            throw new VolumeException(fault, $"the volume {name} was not {what}: {e.Message}", e);
        }
    }
}
