# One machine: an edge and a control on it. Make terraform.tfvars of terraform.tfvars.example.

variable "package" {
  description = "The tarball of ./publish.sh --package."
  type        = string
}

variable "host" {
  description = "Where SSH reaches the machine."
  type        = string
}

variable "address" {
  description = "The machine's IP address for clients."
  type        = string
}

variable "lan" {
  description = "The machine's address in a LAN, where the PoP may get more machines: this one keeps it then. Else what nodes say to each other stays on loopback."
  type        = string
  default     = "127.0.0.1"
}

variable "ssh_key_file" {
  type    = string
  default = null
}

variable "tls" {
  description = "Paths on the machine of certificate and key; null: HTTP, for a trial."
  type        = object({ cert = string, key = string })
  default     = null
}

module "pop" {
  source       = "../../modules/pop"
  name         = "home"
  package      = var.package
  ssh_key_file = var.ssh_key_file
  http = {
    plain    = var.tls == null
    port     = var.tls == null ? 8080 : 8443
    tls_cert = try(var.tls.cert, null)
    tls_key  = try(var.tls.key, null)
  }
  nodes = [{ name = "n1", ssh_host = var.host, lan_address = var.lan, media_address = var.address }]
}

output "urls" {
  value = module.pop.urls
}
