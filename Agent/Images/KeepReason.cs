namespace Warren.Agent.Images;

/// <summary>Why a collection leaves an image.</summary>
internal enum KeepReason
{
    /// <summary>The disk has room.</summary>
    BelowHighMark = 0,

    /// <summary>Containers are made from it.</summary>
    InUse = 1,

    /// <summary>A task that will start needs it.</summary>
    Wanted = 2,

    /// <summary>It was used only now.</summary>
    TooYoung = 3,
}
