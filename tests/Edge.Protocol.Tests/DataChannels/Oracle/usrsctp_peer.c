/*
 * Debian's usrsctp as one end of a simulated path. One request on standard input gets any number of
 * answers on standard output and a last one of kind '.'; time is what the request says.
 *
 *   request:  kind (1)  microseconds (8, little-endian)  length (4, little-endian)  payload
 *   answer:   kind (1)  length (4, little-endian)  payload
 *
 * Built by the test: gcc -rdynamic usrsctp_peer.c -lusrsctp.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <usrsctp.h>

#define PORT 5000
#define FRAME_MAX (4 * 1024 * 1024)

static uint64_t now_us;
static uint64_t timers_us;
static struct socket *listening;
static struct socket *peer;
static uint8_t frame[FRAME_MAX];

/* What is received in pieces, by stream. */
static uint8_t *partial[65536];
static size_t partial_length[65536];

/* usrsctp's only clock: the executable's symbol comes before that of libc. */
int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    (void)zone;
    tv->tv_sec = (time_t)(1700000000 + now_us / 1000000);
    tv->tv_usec = (suseconds_t)(now_us % 1000000);
    return 0;
}

static void answer(char kind, const void *head, uint32_t head_length, const void *body, uint32_t body_length)
{
    uint32_t length = head_length + body_length;
    fputc(kind, stdout);
    fwrite(&length, 4, 1, stdout);
    fwrite(head, 1, head_length, stdout);
    fwrite(body, 1, body_length, stdout);
}

static int send_packet(void *address, void *buffer, size_t length, uint8_t tos, uint8_t set_df)
{
    (void)address;
    (void)tos;
    (void)set_df;
    answer('d', NULL, 0, buffer, (uint32_t)length);
    return 0;
}

static void report(const union sctp_notification *n, size_t length)
{
    if (n->sn_header.sn_type == SCTP_ASSOC_CHANGE) {
        uint16_t state = n->sn_assoc_change.sac_state;
        answer('a', &state, 2, NULL, 0);
    } else if (n->sn_header.sn_type == SCTP_STREAM_RESET_EVENT) {
        const struct sctp_stream_reset_event *reset = &n->sn_strreset_event;
        uint16_t flags = reset->strreset_flags;
        answer('x', &flags, 2, reset->strreset_stream_list,
               (uint32_t)(length - sizeof(struct sctp_stream_reset_event)));
    }
}

static int receive(struct socket *sock, union sctp_sockstore from, void *data, size_t length,
                   struct sctp_rcvinfo info, int flags, void *context)
{
    (void)sock;
    (void)from;
    (void)context;
    if (data == NULL) {
        return 1;
    }
    if (flags & MSG_NOTIFICATION) {
        report(data, length);
    } else {
        uint16_t sid = info.rcv_sid;
        partial[sid] = realloc(partial[sid], partial_length[sid] + length);
        memcpy(partial[sid] + partial_length[sid], data, length);
        partial_length[sid] += length;
        if (flags & MSG_EOR) {
            uint8_t head[6];
            uint32_t ppid = ntohl(info.rcv_ppid);
            memcpy(head, &sid, 2);
            memcpy(head + 2, &ppid, 4);
            answer('m', head, sizeof head, partial[sid], (uint32_t)partial_length[sid]);
            partial_length[sid] = 0;
        }
    }
    free(data);
    return 1;
}

static void option(struct socket *sock, int name, const void *value, socklen_t length)
{
    if (usrsctp_setsockopt(sock, IPPROTO_SCTP, name, value, length) < 0) {
        fprintf(stderr, "setsockopt %d: %s\n", name, strerror(errno));
        exit(1);
    }
}

static struct sockaddr_conn conn_address(void)
{
    struct sockaddr_conn address;
    memset(&address, 0, sizeof address);
    address.sconn_family = AF_CONN;
    address.sconn_port = htons(PORT);
    address.sconn_addr = &now_us;
    return address;
}

static struct socket *make_socket(void)
{
    const uint16_t events[] = {SCTP_ASSOC_CHANGE, SCTP_STREAM_RESET_EVENT};
    struct sockaddr_conn address = conn_address();
    struct sctp_assoc_value reset = {SCTP_ALL_ASSOC,
                                     SCTP_ENABLE_RESET_STREAM_REQ | SCTP_ENABLE_CHANGE_ASSOC_REQ};
    struct sctp_initmsg init = {1024, 1024, 0, 0};
    uint32_t on = 1;
    struct socket *sock = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, receive, NULL, 0, &now_us);
    if (sock == NULL) {
        fprintf(stderr, "socket: %s\n", strerror(errno));
        exit(1);
    }
    usrsctp_set_non_blocking(sock, 1);
    option(sock, SCTP_ENABLE_STREAM_RESET, &reset, sizeof reset);
    option(sock, SCTP_INITMSG, &init, sizeof init);
    option(sock, SCTP_NODELAY, &on, sizeof on);
    for (size_t index = 0; index < sizeof events / sizeof *events; index++) {
        struct sctp_event event = {SCTP_ALL_ASSOC, events[index], 1};
        option(sock, SCTP_EVENT, &event, sizeof event);
    }
    if (usrsctp_bind(sock, (struct sockaddr *)&address, sizeof address) < 0) {
        fprintf(stderr, "bind: %s\n", strerror(errno));
        exit(1);
    }
    return sock;
}

static void start(int is_active)
{
    struct sockaddr_conn address = conn_address();
    usrsctp_init_nothreads(0, send_packet, NULL);
    usrsctp_sysctl_set_sctp_ecn_enable(0);
    usrsctp_sysctl_set_sctp_asconf_enable(0);
    usrsctp_sysctl_set_sctp_auth_enable(0);
    usrsctp_sysctl_set_sctp_nrsack_enable(0);
    usrsctp_sysctl_set_sctp_pktdrop_enable(0);
    /* Its own defaults double up to a minute, which a lossy path turns into hours of virtual time. */
    usrsctp_sysctl_set_sctp_rto_initial_default(1000);
    usrsctp_sysctl_set_sctp_rto_max_default(3000);
    usrsctp_sysctl_set_sctp_init_rto_max_default(3000);
    usrsctp_sysctl_set_sctp_assoc_rtx_max_default(100);
    usrsctp_sysctl_set_sctp_path_rtx_max_default(100);
    usrsctp_sysctl_set_sctp_init_rtx_max_default(100);
    usrsctp_sysctl_set_sctp_sendspace(FRAME_MAX);
    usrsctp_sysctl_set_sctp_recvspace(FRAME_MAX);
    usrsctp_register_address(&now_us);
    if (!is_active) {
        listening = make_socket();
        usrsctp_listen(listening, 1);
        return;
    }
    peer = make_socket();
    if (usrsctp_connect(peer, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
        fprintf(stderr, "connect: %s\n", strerror(errno));
        exit(1);
    }
}

/* payload: stream (2), protocol (4), is unordered (1), policy (1), policy's value (4), bytes */
static void send_message(const uint8_t *payload, uint32_t length)
{
    struct sctp_sendv_spa spa;
    uint16_t sid;
    uint32_t ppid, value;
    int32_t result;
    memset(&spa, 0, sizeof spa);
    memcpy(&sid, payload, 2);
    memcpy(&ppid, payload + 2, 4);
    memcpy(&value, payload + 8, 4);
    spa.sendv_flags = SCTP_SEND_SNDINFO_VALID;
    spa.sendv_sndinfo.snd_sid = sid;
    spa.sendv_sndinfo.snd_ppid = htonl(ppid);
    spa.sendv_sndinfo.snd_flags = payload[6] ? SCTP_UNORDERED : 0;
    if (payload[7] != 0) {
        spa.sendv_flags |= SCTP_SEND_PRINFO_VALID;
        spa.sendv_prinfo.pr_policy = payload[7];
        spa.sendv_prinfo.pr_value = value;
    }
    result = usrsctp_sendv(peer, payload + 12, length - 12, NULL, 0, &spa, sizeof spa, SCTP_SENDV_SPA, 0) < 0
                 ? errno
                 : 0;
    answer('r', &result, 4, NULL, 0);
}

static void reset_stream(const uint8_t *payload)
{
    uint8_t memory[sizeof(struct sctp_reset_streams) + sizeof(uint16_t)];
    struct sctp_reset_streams *reset = (struct sctp_reset_streams *)memory;
    int32_t result;
    memset(memory, 0, sizeof memory);
    reset->srs_assoc_id = SCTP_ALL_ASSOC;
    reset->srs_flags = SCTP_STREAM_RESET_OUTGOING;
    reset->srs_number_streams = 1;
    memcpy(reset->srs_stream_list, payload, 2);
    result = usrsctp_setsockopt(peer, IPPROTO_SCTP, SCTP_RESET_STREAMS, reset, sizeof memory) < 0 ? errno : 0;
    answer('r', &result, 4, NULL, 0);
}

static void abort_association(void)
{
    struct linger linger = {1, 0};
    usrsctp_setsockopt(peer, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    usrsctp_close(peer);
    peer = NULL;
}

static void handle(int kind, const uint8_t *payload, uint32_t length)
{
    switch (kind) {
    case 'I':
        start(payload[0]);
        break;
    case 'D':
        usrsctp_conninput(&now_us, payload, length, 0);
        break;
    case 'S':
        send_message(payload, length);
        break;
    case 'R':
        reset_stream(payload);
        break;
    case 'C':
        usrsctp_shutdown(peer, SHUT_WR);
        break;
    case 'A':
        abort_association();
        break;
    default:
        break;
    }
}

int main(void)
{
    for (;;) {
        int kind = fgetc(stdin);
        uint32_t length;
        uint64_t due_ms;
        if (kind == EOF || fread(&now_us, 8, 1, stdin) != 1 || fread(&length, 4, 1, stdin) != 1 ||
            length > FRAME_MAX || (length > 0 && fread(frame, length, 1, stdin) != 1)) {
            return 0;
        }
        if (kind == 'I') {
            timers_us = now_us;
        }
        due_ms = (now_us - timers_us) / 1000;
        if (due_ms > 0 && kind != 'I') {
            timers_us += due_ms * 1000;
            usrsctp_handle_timers((uint32_t)due_ms);
        }
        handle(kind, frame, length);
        if (listening != NULL && peer == NULL) {
            peer = usrsctp_accept(listening, NULL, NULL);
            if (peer != NULL) {
                usrsctp_set_non_blocking(peer, 1);
            }
        }
        answer('.', NULL, 0, NULL, 0);
        fflush(stdout);
    }
}
