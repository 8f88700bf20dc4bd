using Microsoft.AspNetCore.Http;

namespace Warren.Images.Tests.Registry;

/// <summary>A request as the registry saw it.</summary>
internal sealed record SeenRequest(string Method, string Path, string Query, string? Authorization, string? Range, IFormCollection? Form);
