namespace Warren.Configs;

/// <summary>A piece of a template: text, then what stands for it.</summary>
/// <param name="Text">What stays as it is.</param>
/// <param name="Value">What to put in after it; null from it: it is missing. Null: nothing is put in.</param>
/// <param name="Default">What to put in if it is missing. Null: that is a problem.</param>
/// <param name="Missing">What to say if it is missing.</param>
internal sealed record TemplatePart(string Text, Func<ConfigFacts, string?>? Value, string? Default, string Missing);
