# One address for all nodes: BIRD tells each node's router of it while anycastd says that the node is well. The configuration of
# BIRD is that of the package (anycast/bird/bird.conf); here is what it includes.

locals {
  anycast = var.anycast != null

  anycast4 = !local.anycast ? null : one([for address in var.anycast.addresses : address if !strcontains(address, ":")])
  anycast6 = !local.anycast ? null : one([for address in var.anycast.addresses : address if strcontains(address, ":")])
  # With one family alone, the other's protocols have addresses of the discard prefix (RFC 6666), and stay down.
  bgp = { for name, node in local.nodes : name => {
    own4    = try(coalesce(node.bgp.own4), strcontains(node.media_address, ":") ? "192.0.2.1" : node.media_address)
    own6    = try(coalesce(node.bgp.own6), strcontains(node.media_address, ":") ? node.media_address : "100::1")
    router4 = try(coalesce(node.bgp.router4), "192.0.2.2")
    router6 = try(coalesce(node.bgp.router6), "100::2")
  } }
  anycast_probes = !local.anycast ? {} : { for name, node in local.nodes : name => join(",", [
    for address in var.anycast.addresses : strcontains(address, ":") ? "[${address}]:${node.media_port}" : "${address}:${node.media_port}"
  ]) }

  anycast_settings = { for name, node in local.nodes : name => !local.anycast ? {} : {
    EDGE_MEDIA             = "[::]:${node.media_port}"
    EDGE_MEDIA_TCP         = "${local.media[name]}:${node.media_port}"
    EDGE_ADVERTISE         = join(",", concat(var.anycast.addresses, node.advertise))
    EDGE_ANYCAST_BIRD      = "/run/edge-bird/bird.ctl"
    EDGE_ANYCAST_PROTOCOLS = join(",", concat(local.anycast4 == null ? [] : ["anycast4"], local.anycast6 == null ? [] : ["anycast6"]))
    EDGE_ANYCAST_PROBE     = local.anycast_probes[name]
    EDGE_ANYCAST_PEERS     = local.anycast_peers
    EDGE_ANYCAST_SOCKET    = "/run/edge/anycast.sock"
    EDGE_ANYCAST_DRY_RUN   = var.anycast.dry_run ? "1" : "0"
  } }
  anycast_peers = join(",", sort(concat(
    [for node in var.nodes : "${node.name}=${local.lan[node.name]}:7200"],
    [for name, address in var.reserved : "${name}=${strcontains(address, ":") ? "[${address}]" : address}:7200" if !contains(keys(local.nodes), name)],
  )))

  anycast_packages = local.anycast ? ["bird bird2 bird.service"] : []
  anycast_common = !local.anycast ? {} : {
    "etc/systemd/system/edge-bird.service"    = file("${path.module}/files/systemd/edge-bird.service")
    "etc/systemd/system/edge-address.service" = file("${path.module}/files/systemd/edge-address.service")
    "etc/edge/address/add"                    = join("", [for address in var.anycast.addresses : "address replace ${address}/${strcontains(address, ":") ? 128 : 32} dev lo\n"])
    "etc/edge/address/delete"                 = join("", [for address in var.anycast.addresses : "address delete ${address}/${strcontains(address, ":") ? 128 : 32} dev lo\n"])
  }
  anycast_files = { for name, node in local.nodes : name => !local.anycast ? {} : merge(local.anycast_common, {
    "etc/edge/anycastd.env" = "EDGE_NODE=${name}\nEDGE_METRICS=${local.lan[name]}:9183\n"
    "etc/edge/bird/settings.conf" = join("\n", [
      "# Of this node; bird.conf includes it.",
      "define NODE_ID = ${local.bgp[name].own4};",
      "define NODE_AS = ${var.anycast.asn};",
      "define NODE4 = ${local.bgp[name].own4};",
      "define NODE6 = ${local.bgp[name].own6};",
      "define ROUTER_AS = ${var.anycast.router_asn};",
      "define ROUTER4 = ${local.bgp[name].router4};",
      "define ROUTER6 = ${local.bgp[name].router6};",
      "define ANYCAST4 = ${coalesce(local.anycast4, "192.0.2.3")}/32;",
      "define ANYCAST6 = ${coalesce(local.anycast6, "100::3")}/128;",
      "",
    ])
  }) }
  anycast_ports = { for name, node in local.nodes : name => !local.anycast ? [] : [
    "udp ${local.lan[name]} 7200 End it: the anycastd of the PoP talk there.",
    "tcp 127.0.0.1 8083 End it: anycastd tells of itself there.",
    "tcp ${local.lan[name]} 9183 End it: anycastd tells Prometheus of itself there.",
    "tcp 0.0.0.0 179 End it: BIRD of the PoP is what routers talk to.",
  ] }
}
