# A table of nftables of our own. It closes what is for the nodes of the PoP alone, and opens nothing: whatever else filters
# packets on the machine goes on as it did.

locals {
  firewall = var.firewall

  firewall_files = { for name, node in local.nodes : name => !local.firewall ? {} : {
    "etc/systemd/system/edge-nftables.service" = file("${path.module}/files/systemd/edge-nftables.service")
    "etc/edge/nftables/edge.nft" = templatefile("${path.module}/files/nftables/edge.nft", {
      lan4        = [for address in local.lan_addresses : address if !strcontains(address, ":")]
      lan6        = [for address in local.lan_addresses : address if strcontains(address, ":")]
      tcp         = concat([7100, 7101], local.mesh ? [6222] : [], local.consul_own ? [8300, 8301] : [])
      udp         = concat([7100, 7101], local.anycast ? [7200] : [], local.consul_own ? [8301] : [])
      turn        = local.turn
      turn_port   = var.turn.port
      media_ports = distinct([for each in var.nodes : each.media_port])
    })
  } }
  firewall_packages = local.firewall ? ["nft nftables -"] : []
}
