namespace Conformance.Tests.Network;

/// <summary>Who moves.</summary>
internal enum MovingKind
{
    /// <summary>libwebrtc in Node.</summary>
    Node,

    /// <summary>A page of Chromium.</summary>
    Page,
}
