using Grpc.Core;
using Warren.Agent.Runtime.Containerd;
using Warren.Images;

namespace Warren.Agent.Images.Containerd;

/// <summary>What failed calls to containerd mean for an image.</summary>
internal static class ImageErrors
{
    // containerd speaks of a "mount callback" in failures of unpacking too.
    private static readonly string[] s_machinery = ["failed to mount", "permission denied", "read-only file system", "operation not permitted"];

    /// <summary>Waits for a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="doing">What is tried: <c>keeping the blob sha256:…</c>.</param>
    /// <param name="cancellationToken">The token that was given to the call.</param>
    public static async Task<T> CallAsync<T>(AsyncUnaryCall<T> call, string doing, CancellationToken cancellationToken)
    {
        try
        {
            return await call;
        }
        catch (RpcException e)
        {
            throw Translate(e, doing, cancellationToken);
        }
    }

    /// <summary>Waits for a call; null if it asks for what is not there.</summary>
    public static async Task<T?> FindAsync<T>(AsyncUnaryCall<T> call, string doing, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await call;
        }
        catch (RpcException e) when (ContainerdErrors.IsNotFound(e))
        {
            return null;
        }
        catch (RpcException e)
        {
            throw Translate(e, doing, cancellationToken);
        }
    }

    /// <summary>Waits for a call that makes something.</summary>
    /// <returns>False if it was there.</returns>
    public static async Task<bool> MakeAsync<T>(AsyncUnaryCall<T> call, string doing, CancellationToken cancellationToken)
    {
        try
        {
            await call;
            return true;
        }
        catch (RpcException e) when (ContainerdErrors.IsAlreadyThere(e))
        {
            return false;
        }
        catch (RpcException e)
        {
            throw Translate(e, doing, cancellationToken);
        }
    }

    /// <summary>The failure in the words of images; a cancellation where the caller's own token ended the call.</summary>
    public static Exception Translate(RpcException exception, string doing, CancellationToken cancellationToken) =>
        ContainerdErrors.IsCancelled(exception, cancellationToken)
            ? new OperationCanceledException(exception.Message, exception, cancellationToken)
            : new ImageException(FaultOf(exception), $"{doing} failed: {ContainerdErrors.ReasonOf(exception)}", exception);

    /// <summary>The same for unpacking a layer whose digest is right: what is not the machine's fault is the layer's.</summary>
    public static Exception TranslateUnpack(RpcException exception, string doing, CancellationToken cancellationToken)
    {
        var translated = Translate(exception, doing, cancellationToken);
        return translated is ImageException { Fault: ImageFault.RuntimeUnavailable } && !ContainerdErrors.IsUnavailable(exception)
            && !s_machinery.Any(word => exception.Status.Detail.Contains(word, StringComparison.OrdinalIgnoreCase))
            ? new ImageException(ImageFault.Malformed, translated.Message, exception)
            : translated;
    }

    private static ImageFault FaultOf(RpcException exception)
    {
        if (ContainerdErrors.IsDiskFull(exception)) return ImageFault.NoSpace;
        return exception.StatusCode == StatusCode.FailedPrecondition
            && exception.Status.Detail.Contains("unexpected commit", StringComparison.Ordinal)
            ? ImageFault.DigestMismatch
            : ImageFault.RuntimeUnavailable;
    }
}
