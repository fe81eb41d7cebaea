variable "name" {
  description = "Name of the PoP: small letters, digits and '-'. Part of session ids, so it stays what it is."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$", var.name))
    error_message = "The PoP's name has 1 to 32 small letters, digits and '-' inside, as in \"fra\": choose another one."
  }
}

variable "package" {
  description = "Path of the tarball that ./publish.sh --package made (out/packages/edge-sfu-VERSION-linux-x64.tar.gz)."
  type        = string

  validation {
    condition     = fileexists(pathexpand(var.package))
    error_message = "There is no package at this path: make one with ./publish.sh --package, and name the .tar.gz of out/packages/."
  }

  validation {
    condition     = can(regex("^edge-sfu-[0-9][0-9A-Za-z.~+]*-linux-(x64|arm64)\\.tar\\.gz$", basename(var.package)))
    error_message = "The package keeps the name that ./publish.sh --package gave it, edge-sfu-VERSION-linux-x64.tar.gz: its version is in it."
  }

  validation {
    # 0.1 is the first whose processes tell systemd and /healthz what the rollout asks.
    condition = try(
      tonumber(regex("^edge-sfu-(\\d+)\\.(\\d+)\\.", basename(var.package))[0]) * 1000 +
      tonumber(regex("^edge-sfu-(\\d+)\\.(\\d+)\\.", basename(var.package))[1]) >= 1, false
    )
    error_message = "The package is older than 0.1.0, which this module cannot roll out: make one of these sources with ./publish.sh --package."
  }
}

variable "allow_older" {
  description = "Whether nodes may go to a version older than the one they run that they have not had before. Going back to one that they had needs no leave."
  type        = bool
  default     = false
}

variable "nodes" {
  description = <<-TEXT
    The machines of the PoP, in the order in which they are upgraded.
      name            of the node, no other's in the PoP
      ssh_host        where Terraform reaches it; ssh_port (22), ssh_user (root, or one with sudo that asks nothing)
      lan_address     IP address for the other nodes of the PoP; TCP and UDP 7100 (edge), 7101 (control)
      media_address   IP address where the edge takes media; media_port (7000), UDP and TCP
      advertise       addresses for clients, where they differ from media_address (behind NAT)
      turn_host       name of the node in the certificate of http, for TURN by TLS (its address)
      bgp             with anycast: router4 and router6, its neighbours, own4 and own6, its addresses there (media_address)
      mesh_address    IP address by which nats-servers of other PoPs reach it (media_address)
      settings        further EDGE_* settings of this node
  TEXT
  type = list(object({
    name          = string
    ssh_host      = string
    ssh_port      = optional(number, 22)
    ssh_user      = optional(string, "root")
    lan_address   = string
    media_address = string
    media_port    = optional(number, 7000)
    advertise     = optional(list(string), [])
    turn_host     = optional(string)
    bgp           = optional(object({ router4 = optional(string), router6 = optional(string), own4 = optional(string), own6 = optional(string) }))
    mesh_address  = optional(string)
    settings      = optional(map(string), {})
  }))

  validation {
    condition     = length(var.nodes) > 0
    error_message = "A PoP has one node at least: add one to nodes."
  }

  validation {
    condition     = alltrue([for node in var.nodes : can(regex("^[a-z0-9]([a-z0-9-]{0,26}[a-z0-9])?$", node.name))])
    error_message = "A node's name has 1 to 28 small letters, digits and '-' inside: ${join(", ", [for node in var.nodes : "\"${node.name}\"" if !can(regex("^[a-z0-9]([a-z0-9-]{0,26}[a-z0-9])?$", node.name))])} has not. Choose another one."
  }

  validation {
    condition     = length(distinct([for node in var.nodes : node.name])) == length(var.nodes)
    error_message = "Two nodes have one name: ${join(", ", distinct([for node in var.nodes : node.name if length([for other in var.nodes : other if other.name == node.name]) > 1]))}. Give each node of the PoP a name of its own."
  }

  validation {
    condition     = alltrue([for node in var.nodes : can(cidrhost("${node.lan_address}/32", 0)) || can(cidrhost("${node.lan_address}/128", 0))])
    error_message = "lan_address is an IP address: ${join(", ", [for node in var.nodes : "\"${node.lan_address}\" of ${node.name}" if !(can(cidrhost("${node.lan_address}/32", 0)) || can(cidrhost("${node.lan_address}/128", 0)))])} is none."
  }

  validation {
    condition     = alltrue([for node in var.nodes : can(cidrhost("${node.media_address}/32", 0)) || can(cidrhost("${node.media_address}/128", 0))])
    error_message = "media_address is an IP address: ${join(", ", [for node in var.nodes : "\"${node.media_address}\" of ${node.name}" if !(can(cidrhost("${node.media_address}/32", 0)) || can(cidrhost("${node.media_address}/128", 0)))])} is none."
  }

  validation {
    condition     = alltrue([for node in var.nodes : node.mesh_address == null || can(cidrhost("${node.mesh_address}/32", 0)) || can(cidrhost("${node.mesh_address}/128", 0))])
    error_message = "mesh_address is an IP address: ${join(", ", [for node in var.nodes : "\"${node.mesh_address}\" of ${node.name}" if node.mesh_address != null && !(can(cidrhost("${node.mesh_address}/32", 0)) || can(cidrhost("${node.mesh_address}/128", 0)))])} is none."
  }

  validation {
    condition     = length(distinct([for node in var.nodes : node.lan_address])) == length(var.nodes)
    error_message = "Two nodes have one lan_address: each machine has its own."
  }

  validation {
    condition     = length(distinct([for node in var.nodes : "${node.ssh_host} ${node.ssh_port}"])) == length(var.nodes)
    error_message = "Two nodes have one ssh_host and ssh_port: each node is a machine of its own."
  }

  validation {
    condition     = alltrue([for node in var.nodes : alltrue([for key in keys(node.settings) : startswith(key, "EDGE_")])])
    error_message = "settings of a node are EDGE_* settings: edge --help lists them."
  }

  validation {
    condition     = alltrue([for node in var.nodes : !contains(keys(node.settings), "EDGE_APPS")])
    error_message = "EDGE_APPS has secrets, and settings of nodes are kept in the state: give them as apps, which is not."
  }

  validation {
    condition     = alltrue([for node in var.nodes : alltrue([for port in [node.ssh_port, node.media_port] : port >= 1 && port <= 65535])])
    error_message = "ssh_port and media_port are 1 to 65535: ${join(", ", [for node in var.nodes : "those of ${node.name}" if !alltrue([for port in [node.ssh_port, node.media_port] : port >= 1 && port <= 65535])])} are not."
  }

  validation {
    condition     = length(var.nodes) == 1 || alltrue([for node in var.nodes : !startswith(node.lan_address, "127.") && node.lan_address != "::1"])
    error_message = "The other nodes do not reach a lan_address of loopback: give each node of a PoP of several its address in the LAN."
  }

  validation {
    condition     = alltrue([for node in var.nodes : !contains(["0.0.0.0", "::"], node.media_address)])
    error_message = "media_address is one address of the machine, which clients are told: 0.0.0.0 and :: are none."
  }

  validation {
    condition     = alltrue([for node in var.nodes : !contains([for other in var.nodes : "${other.name}-c"], node.name)])
    error_message = "The control of a node NAME is called NAME-c: no node may be."
  }
}

variable "turn" {
  description = <<-TEXT
    coturn on every node, for clients whose networks let nothing else out.
      enabled      false: none (true)
      port         of UDP and TCP, for clients (3478)
      tls_port     of TLS, where http has a certificate (5349)
      relay_ports  first and last UDP port of relays ([49152, 65535])
      user_quota   relays of one user at a time (12)
      total_quota  relays of the node at a time (1200)
  TEXT
  type = object({
    enabled     = optional(bool, true)
    port        = optional(number, 3478)
    tls_port    = optional(number, 5349)
    relay_ports = optional(tuple([number, number]), [49152, 65535])
    user_quota  = optional(number, 12)
    total_quota = optional(number, 1200)
  })
  default  = {}
  nullable = false

  validation {
    condition     = try(var.turn.relay_ports[0] >= 1024 && var.turn.relay_ports[0] <= var.turn.relay_ports[1] && var.turn.relay_ports[1] <= 65535, false)
    error_message = "relay_ports of turn are the first and the last port, as in [49152, 65535]."
  }
}

variable "firewall" {
  description = "Whether a table of nftables of our own closes, to all but the nodes of the PoP, the ports by which these talk, and keeps coturn from all of theirs but media. It opens nothing, and leaves other tables alone. False: there is none."
  type        = bool
  default     = true
}

variable "anycast" {
  description = <<-TEXT
    One address for all nodes, announced by BGP; null: each has its media_address alone.
      addresses   the anycast addresses, at most one of each family
      asn         AS number of the nodes, the same at every node of every PoP
      router_asn  that of the routers
      dry_run     true: anycastd decides and says so, and nothing is announced
    Each node then has bgp: router4 and router6, its neighbours, and where they are not its media_address, own4 and own6, its addresses
    there. BFD is on; a router that does not speak it loses the session after 9 s instead of 0.3.
  TEXT
  type = object({
    addresses  = list(string)
    asn        = number
    router_asn = number
    dry_run    = optional(bool, false)
  })
  default = null

  validation {
    condition = var.anycast == null || try(
      length(var.anycast.addresses) > 0 &&
      alltrue([for address in var.anycast.addresses : can(cidrhost("${address}/32", 0)) || can(cidrhost("${address}/128", 0))]) &&
      length([for address in var.anycast.addresses : address if !strcontains(address, ":")]) <= 1 &&
      length([for address in var.anycast.addresses : address if strcontains(address, ":")]) <= 1, false
    )
    error_message = "addresses of anycast are one IPv4 address, one IPv6 address, or one of each, without a prefix length, as in [\"198.51.100.1\", \"2001:db8:ffff::1\"]."
  }

  validation {
    condition = var.anycast == null || alltrue([for node in var.nodes : alltrue([for address in try(var.anycast.addresses, []) :
      try((strcontains(address, ":") ? node.bgp.router6 : node.bgp.router4) != null, false)
    ])])
    error_message = "With anycast, each node has bgp with router4 (for an IPv4 address) and router6 (for an IPv6 one), the address of its router: ${join(", ", [for node in var.nodes : node.name if !alltrue([for address in try(var.anycast.addresses, []) : try((strcontains(address, ":") ? node.bgp.router6 : node.bgp.router4) != null, false)])])} has not."
  }

  validation {
    condition     = var.anycast == null || alltrue([for node in var.nodes : !strcontains(node.media_address, ":") || try(node.bgp.own4 != null, false)])
    error_message = "BIRD needs an IPv4 address as the node's id: a node whose media_address is IPv6 says one as bgp.own4."
  }
}

variable "consul" {
  description = <<-TEXT
    A Consul agent on every node (EDGE_CONSUL); null: none, the list of nodes is all.
      servers     how many of the nodes, the first ones, are servers (0: the servers are elsewhere, see join)
      join        addresses of servers elsewhere
      datacenter  its name (the PoP's)
    What is secret (a gossip key, a token) goes into a further file in /etc/edge/consul on the nodes, which stays as it is.
  TEXT
  type = object({
    servers    = optional(number, 0)
    join       = optional(list(string), [])
    datacenter = optional(string)
  })
  default = null

  validation {
    condition     = var.consul == null || try(var.consul.servers > 0 || length(var.consul.join) > 0, false)
    error_message = "consul has servers (how many nodes are servers of the PoP's own) or join (addresses of servers elsewhere)."
  }
}

variable "mesh" {
  description = <<-TEXT
    What joins this PoP with others: a nats-server on every node. Null: it is alone, and needs none.
      pops          the other PoPs: name = addresses by which some of their nodes are reached (mesh_address); they tell of the rest
      gateway_port  TCP port between PoPs, the same in all (7222)
      nats_server   path on this machine of a nats-server for the nodes; null: that of their distribution (apt-get)
  TEXT
  type = object({
    pops         = map(list(string))
    gateway_port = optional(number, 7222)
    nats_server  = optional(string)
  })
  default = null

  validation {
    condition     = try(var.mesh.nats_server, null) == null || fileexists(pathexpand(coalesce(try(var.mesh.nats_server, null), "-")))
    error_message = "There is no nats-server at this path: name the program itself, or leave nats_server out to have the distribution's."
  }

  validation {
    condition     = !contains(keys(try(var.mesh.pops, {})), var.name)
    error_message = "pops of mesh are the other PoPs: leave this one out."
  }
}

variable "others" {
  description = "How SSH reaches nodes of other PoPs, a line each as modules/network makes it: where a PoP gets what all share."
  type        = list(string)
  default     = []
}

variable "founded" {
  description = "A value that is known when one of the PoPs has what all share (modules/network)."
  type        = string
  default     = null
}

variable "reserved" {
  description = "Nodes that may come later, name = LAN address. Nodes of a PoP know each other by a list: one that is reserved is in it already, so that its coming changes no other node."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for address in values(var.reserved) : can(cidrhost("${address}/32", 0)) || can(cidrhost("${address}/128", 0))])
    error_message = "reserved has a LAN address for each name, as in { n3 = \"10.0.0.3\" }."
  }
}

variable "ssh_key_file" {
  description = "Path of the private key for SSH; null: those of the agent and of ~/.ssh. The key itself goes nowhere."
  type        = string
  default     = null

  validation {
    condition     = var.ssh_key_file == null || fileexists(pathexpand(coalesce(var.ssh_key_file, "-")))
    error_message = "There is no SSH key at this path: name the private key file, or leave ssh_key_file out to use the agent's."
  }
}

variable "ssh_known_hosts_file" {
  description = "Path of a known_hosts file with the nodes' host keys, which then have to be in it; null: ~/.ssh/known_hosts, where keys of new hosts are added at first sight and changed ones refused."
  type        = string
  default     = null

  validation {
    condition     = var.ssh_known_hosts_file == null || fileexists(pathexpand(coalesce(var.ssh_known_hosts_file, "-")))
    error_message = "There is no known_hosts file at this path: make it with ssh-keyscan and compare the keys with the machines', or leave ssh_known_hosts_file out."
  }
}

variable "http" {
  description = <<-TEXT
    The HTTP side, the same on every node.
      port       8443
      addresses  IP addresses it listens on; empty: each node's media_address
      tls_cert   path on the node of the certificate chain (PEM); read again when it changes
      tls_key    path on the node of its key, which user edge-control can read; coturn has a copy of both
      plain      true: HTTP without TLS, for a network of yours or behind a TLS proxy
  TEXT
  type = object({
    port      = optional(number, 8443)
    addresses = optional(list(string), [])
    tls_cert  = optional(string)
    tls_key   = optional(string)
    plain     = optional(bool, false)
  })

  validation {
    condition     = var.http.port >= 1 && var.http.port <= 65535
    error_message = "http.port is 1 to 65535."
  }

  validation {
    condition     = (var.http.tls_cert != null && var.http.tls_key != null) != var.http.plain
    error_message = "http has either tls_cert and tls_key, paths on the nodes, or plain = true."
  }
}

variable "settings" {
  description = "Further EDGE_* settings of all nodes; those of a node go before them. No secrets: they are in the state."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.settings) : startswith(key, "EDGE_")])
    error_message = "settings are EDGE_* settings: edge --help and control --help list them."
  }

  validation {
    condition     = !contains(keys(var.settings), "EDGE_APPS")
    error_message = "EDGE_APPS has secrets, and settings are kept in the state: give them as apps, which is not."
  }
}

variable "apps" {
  description = "Apps and their secrets, appId:secret, comma-separated. Kept on the nodes alone. Null: the first node makes an app \"main\" with a secret, in /etc/edge/secrets.env."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    # Of visible ASCII, those that mean nothing in a file of systemd's environment.
    condition     = try(length(var.apps), 0) == 0 || alltrue([for app in split(",", coalesce(var.apps, ",")) : can(regex("^ *[A-Za-z0-9_-]{1,64}:[!#-&(-+\\--\\[\\]-~]{1,256} *$", app))])
    error_message = "apps are id:secret, with a comma between: an id of 1 to 64 letters, digits, '-' and '_', a secret of 1 to 256 visible ASCII characters but comma, quotes and backslash, as in \"main:0123abcd,other:4567ef\"."
  }

  validation {
    condition = try(length(var.apps), 0) == 0 || alltrue([for app in split(",", coalesce(var.apps, ",")) :
      length([for other in split(",", coalesce(var.apps, ",")) : other if trimspace(split(":", other)[0]) == trimspace(split(":", app)[0])]) <= 2
    ])
    error_message = "An app of apps has two secrets at most: the one before and the new one."
  }
}

variable "apps_version" {
  description = "A number to raise when apps has changed: Terraform does not keep apps, so it cannot see that."
  type        = number
  default     = 0
}

variable "drain_seconds" {
  description = "How long a node may drain before an upgrade ends it (EDGE_DRAIN_SECONDS)."
  type        = number
  default     = 30

  validation {
    condition     = var.drain_seconds >= 0 && var.drain_seconds <= 3600
    error_message = "drain_seconds is between 0 and 3600."
  }
}

variable "gate_seconds" {
  description = "How long a node may take to be ready after its start, before the rollout stops."
  type        = number
  default     = 60
}
