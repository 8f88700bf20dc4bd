namespace Warren.Images;

/// <summary>Why an image was not got, loaded or removed.</summary>
public enum ImageFault
{
    /// <summary>The reference cannot be read.</summary>
    InvalidReference = 0,

    /// <summary>The registry has no such image or tag.</summary>
    NotFound = 1,

    /// <summary>The registry wants credentials, or refuses those it got.</summary>
    Unauthorized = 2,

    /// <summary>The image has no variant for this machine; the message lists those it has.</summary>
    WrongPlatform = 3,

    /// <summary>A blob's bytes are not those its digest stands for.</summary>
    DigestMismatch = 4,

    /// <summary>The node's disk is full.</summary>
    NoSpace = 5,

    /// <summary>The registry cannot be reached or fails, after all tries.</summary>
    RegistryUnavailable = 6,

    /// <summary>The registry's certificate is not trusted, or it speaks plain HTTP without being marked insecure.</summary>
    Untrusted = 7,

    /// <summary>A manifest, config, layer or archive is not of a known form.</summary>
    Malformed = 8,

    /// <summary>Containers use it.</summary>
    InUse = 9,

    /// <summary>The runtime that keeps images cannot be reached; the outcome is unknown.</summary>
    RuntimeUnavailable = 10,

    /// <summary>The registry asks to come more slowly, after all tries.</summary>
    TooManyRequests = 11,

    /// <summary>The node's file of registries cannot be used, and never could since the agent started; the message says what is wrong.</summary>
    Configuration = 12,
}
