# coturn on every node, for clients whose networks let nothing but a proxy's TLS out. Control gives those who ask the one of its
# machine, with credentials that end.

locals {
  turn = var.turn.enabled

  # What the relay may reach of what it is denied: media of the PoP, where that has addresses of a private network or of
  # documents. Nodes that may come are in it too, where nodes have one address for all: their coming changes no other's.
  turn_media   = distinct(concat(try(var.anycast.addresses, []), flatten([for node in var.nodes : concat([node.media_address], node.advertise)]), local.one_address ? values(var.reserved) : []))
  turn_allowed = sort([for address in local.turn_media : address if can(regex("^(10\\.|127\\.|169\\.254\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.(168|0\\.[02])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|198\\.(1[89]|51\\.100)\\.|203\\.0\\.113\\.|f[cd]|2001:db8:)", address))])
  one_address  = alltrue([for node in var.nodes : node.lan_address == node.media_address])
  turn_denied  = sort(setsubtract(local.lan_addresses, local.turn_media))

  turn_host = { for name, node in local.nodes : name => coalesce(
    node.turn_host, [for address in concat(node.advertise, [node.media_address]) : strcontains(address, ":") ? "[${address}]" : address]...
  ) }
  turn_urls = { for name, host in local.turn_host : name => !local.turn ? [] : concat(
    ["stun:${host}:${var.turn.port}", "turn:${host}:${var.turn.port}?transport=udp", "turn:${host}:${var.turn.port}?transport=tcp"],
    local.turn_tls ? ["turns:${host}:${var.turn.tls_port}?transport=tcp"] : [],
  ) }
  turn_tls = var.http.tls_cert != null

  turn_environment = { for name, urls in local.turn_urls : name => !local.turn ? "" : "EDGE_TURN_URLS=${join(",", urls)}\nEDGE_TURN_SECRET_FILE=/etc/edge/turn.secret\n" }
  turn_packages    = local.turn ? ["turnserver coturn coturn.service"] : []
  turn_common = !local.turn ? {} : merge(
    {
      "etc/systemd/system/edge-turn.service" = file("${path.module}/files/systemd/edge-turn.service")
      "etc/edge/turn/start.sh"               = file("${path.module}/files/turn/start.sh")
    },
    !local.turn_tls ? {} : {
      "etc/systemd/system/edge-turn.service.d/10-pop.conf" = "[Service]\nLoadCredential=tls.pem:${var.http.tls_cert}\nLoadCredential=tls.key:${var.http.tls_key}\n"
    },
  )
  turn_files = { for name, node in local.nodes : name => !local.turn ? {} : merge(local.turn_common, {
    "etc/edge/turn/turnserver.conf" = templatefile("${path.module}/files/turn/turnserver.conf", {
      realm       = var.name
      address     = node.media_address
      external    = length(node.advertise) == 0 || contains(node.advertise, node.media_address) ? null : node.advertise[0]
      port        = var.turn.port
      tls         = local.turn_tls
      tls_port    = var.turn.tls_port
      relay_ports = var.turn.relay_ports
      user_quota  = var.turn.user_quota
      total_quota = var.turn.total_quota
      allowed     = local.turn_allowed
      denied      = local.turn_denied
      ranges      = file("${path.module}/files/turn/denied.conf")
    })
  }) }
  turn_ports = { for name, node in local.nodes : name => !local.turn ? [] : concat(
    [for protocol in ["udp", "tcp"] : "${protocol} ${local.media[name]} ${var.turn.port} End it, or choose another turn.port."],
    local.turn_tls ? ["tcp ${local.media[name]} ${var.turn.tls_port} End it, or choose another turn.tls_port."] : [],
  ) }
}
