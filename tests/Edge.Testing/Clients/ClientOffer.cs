using Edge.Protocol.Ice;
using Edge.Wire.Sdp;

namespace Edge.Testing.Clients;

/// <summary>An offer that waits for its answer.</summary>
/// <param name="Credentials">The ICE credentials in it.</param>
/// <param name="Description">The offer.</param>
/// <param name="IsPublisher">Whether it publishes.</param>
public sealed record ClientOffer(
    IceCredentials Credentials,
    SessionDescription Description,
    bool IsPublisher
)
{
    /// <summary>The offer as text.</summary>
    public string Sdp => Description.Write();
}
