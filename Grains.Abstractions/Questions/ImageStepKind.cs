namespace Warren.Questions;

/// <summary>What a node does with an image.</summary>
[GenerateSerializer]
public enum ImageStepKind
{
    /// <summary>It asks the registry what the name stands for.</summary>
    Resolving = 0,

    /// <summary>It gets the layers.</summary>
    Downloading = 10,

    /// <summary>It takes an archive.</summary>
    Receiving = 20,

    /// <summary>It unpacks the layers.</summary>
    Unpacking = 30,

    /// <summary>The image is there.</summary>
    Done = 40,
}
