namespace Grpc.Core;

/// <summary>Adds to the request headers what proves the caller; runs before every call.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
