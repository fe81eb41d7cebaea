namespace Anycast.Takeover.Letters;

/// <summary>The bits with which a <see cref="MessageKind.Ask"/> begins; further ones are a later version's.</summary>
internal static class AskFlags
{
    /// <summary>Only who would vote is asked; nobody promises anything.</summary>
    public const byte Probe = 1;

    /// <summary>The owner goes: it need not be missed.</summary>
    public const byte HandOver = 2;
}
