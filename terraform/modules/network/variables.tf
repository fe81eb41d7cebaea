variable "pops" {
  description = <<-TEXT
    The PoPs by name. Each value is what modules/pop says of it:
      nodes      the machines, in the order in which they are upgraded
      reserved   nodes that may come later, name = LAN address
      http       the HTTP side
      turn       coturn
      consul     a Consul agent on every node; null: none
      anycast    one address for all nodes, announced by BGP; null: none
      settings   further EDGE_* settings of this PoP's nodes; they go before those of all
      package    the tarball for this PoP, where it is another one for a while
  TEXT
  type = map(object({
    nodes = list(object({
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
    reserved = optional(map(string), {})
    http = object({
      port      = optional(number, 8443)
      addresses = optional(list(string), [])
      tls_cert  = optional(string)
      tls_key   = optional(string)
      plain     = optional(bool, false)
    })
    anycast = optional(object({
      addresses  = list(string)
      asn        = number
      router_asn = number
      dry_run    = optional(bool, false)
    }))
    consul = optional(object({
      servers    = optional(number, 0)
      join       = optional(list(string), [])
      datacenter = optional(string)
    }))
    turn = optional(object({
      enabled     = optional(bool, true)
      port        = optional(number, 3478)
      tls_port    = optional(number, 5349)
      relay_ports = optional(tuple([number, number]), [49152, 65535])
      user_quota  = optional(number, 12)
      total_quota = optional(number, 1200)
    }), {})
    settings = optional(map(string), {})
    package  = optional(string)
  }))

  validation {
    condition     = length(var.pops) > 0
    error_message = "A network has one PoP at least: add one to pops."
  }

  validation {
    condition     = length(distinct(flatten([for pop in values(var.pops) : distinct([for node in pop.nodes : "${node.ssh_host} ${node.ssh_port}"])]))) == length(flatten([for pop in values(var.pops) : distinct([for node in pop.nodes : "${node.ssh_host} ${node.ssh_port}"])]))
    error_message = "A machine is in two PoPs (the same ssh_host and ssh_port): each node is a machine of its own."
  }

  validation {
    condition     = length(distinct(flatten([for pop in values(var.pops) : [for node in pop.nodes : coalesce(node.mesh_address, node.media_address)]]))) == length(flatten([for pop in values(var.pops) : pop.nodes]))
    error_message = "Two nodes have one mesh_address (media_address where none is given): nats-servers of other PoPs reach each by its own. Nodes with one media_address need a mesh_address each."
  }
}

variable "package" {
  description = "Path of the tarball that ./publish.sh --package made, for every PoP that names no other."
  type        = string
}

variable "allow_older" {
  description = "Whether nodes may go to a version older than the one they run that they have not had before."
  type        = bool
  default     = false
}

variable "ssh_key_file" {
  description = "Path of the private key for SSH; null: those of the agent and of ~/.ssh. The key itself goes nowhere."
  type        = string
  default     = null
}

variable "ssh_known_hosts_file" {
  description = "Path of a known_hosts file with the nodes' host keys; null: ~/.ssh/known_hosts."
  type        = string
  default     = null
}

variable "firewall" {
  description = "Whether a table of nftables of our own closes, to all but the nodes of a PoP, the ports by which these talk."
  type        = bool
  default     = true
}

variable "settings" {
  description = "Further EDGE_* settings of all nodes. No secrets: they are in the state."
  type        = map(string)
  default     = {}
}

variable "apps" {
  description = "Apps and their secrets, appId:secret, comma-separated, the same in every PoP. Kept on the nodes alone. Null: the first node makes an app \"main\" for all of them."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true
}

variable "apps_version" {
  description = "A number to raise when apps has changed: Terraform does not keep apps, so it cannot see that."
  type        = number
  default     = 0
}

variable "gateway_port" {
  description = "TCP port by which nats-servers of PoPs reach each other."
  type        = number
  default     = 7222
}

variable "nats_server" {
  description = "Path on this machine of a nats-server for the nodes; null: that of their distribution (apt-get)."
  type        = string
  default     = null
}

variable "drain_seconds" {
  description = "How long a node may drain before an upgrade ends it (EDGE_DRAIN_SECONDS)."
  type        = number
  default     = 30
}

variable "gate_seconds" {
  description = "How long a node may take to be ready after its start, before the rollout stops."
  type        = number
  default     = 60
}
