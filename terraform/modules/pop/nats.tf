# nats-server on every node: edge and control of a machine have its own on loopback, those of a PoP are a cluster, and gateways
# join PoPs.

locals {
  mesh = var.mesh != null
  # In brackets where it has to be: addresses by which other PoPs reach nodes.
  mesh_addresses = { for name, node in local.nodes : name => coalesce(node.mesh_address, node.media_address) }

  nats_program = !local.mesh ? null : var.mesh.nats_server == null ? null : pathexpand(var.mesh.nats_server)
  nats_digest  = local.nats_program == null ? "" : filesha256(local.nats_program)
  # Debian packages it with a service of its own.
  nats_packages = local.mesh ? concat(["openssl openssl -"], local.nats_program == null ? ["nats-server nats-server nats-server.service"] : []) : []
  nats_sent     = local.nats_program == null ? [] : ["nats-server ${local.nats_digest} ${local.nats_program}"]

  nats_routes = [for address in sort(concat(
    [for node in var.nodes : node.lan_address],
    [for name, address in var.reserved : address if !contains(keys(local.nodes), name)],
  )) : "nats://${strcontains(address, ":") ? "[${address}]" : address}:6222"]

  nats_settings = local.mesh ? { EDGE_NATS = "nats://127.0.0.1:4222", EDGE_NATS_CREDS = "/etc/edge/nats.seed" } : {}

  nats_common = !local.mesh ? {} : merge(
    {
      "etc/sysctl.d/61-edge-mesh.conf"       = file("${path.module}/files/sysctl-mesh.conf")
      "etc/systemd/system/edge-nats.service" = file("${path.module}/files/systemd/edge-nats.service")
    },
    local.nats_program == null ? {} : {
      "etc/systemd/system/edge-nats.service.d/10-pop.conf" = "[Service]\nExecStart=\nExecStart=/opt/edge/programs/nats-server-${substr(local.nats_digest, 0, 8)} -c /etc/edge/nats/nats.conf\n"
    },
  )
  nats_files = { for name, node in local.nodes : name => !local.mesh ? {} : merge(local.nats_common, {
    "etc/edge/nats/nats.conf" = templatefile("${path.module}/files/nats/nats.conf", {
      server       = "${var.name}-${name}"
      pop          = var.name
      lan          = local.lan[name]
      routes       = [for route in local.nats_routes : route if route != "nats://${local.lan[name]}:6222"]
      cluster_port = 6222
      gateway_port = var.mesh.gateway_port
      listen       = strcontains(local.mesh_addresses[name], ":") ? "[::]" : "0.0.0.0"
      address      = strcontains(local.mesh_addresses[name], ":") ? "[${local.mesh_addresses[name]}]" : local.mesh_addresses[name]
      others = { for pop, addresses in var.mesh.pops : pop => [
        for address in addresses : "nats://${strcontains(address, ":") ? "[${address}]" : address}:${var.mesh.gateway_port}"
      ] }
    })
  }) }
  nats_ports = { for name, node in local.nodes : name => !local.mesh ? [] : [
    "tcp 127.0.0.1 4222 End it: nats-server of the PoP listens there.",
    "tcp ${local.lan[name]} 6222 End it: the nodes of the PoP talk there.",
    "tcp 0.0.0.0 ${var.mesh.gateway_port} End it, or choose another gateway_port for all PoPs.",
  ] }
}
