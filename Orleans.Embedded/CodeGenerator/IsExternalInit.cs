namespace System.Runtime.CompilerServices;

/// <summary>Lets records compile for a framework that lacks it.</summary>
internal static class IsExternalInit;
