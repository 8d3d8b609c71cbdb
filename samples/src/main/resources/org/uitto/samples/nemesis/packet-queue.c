/*
 * packet-queue DELAY JITTER LOSS: lets the packets of the kernel's queue 0 (iptables -j NFQUEUE) go on after DELAY
 * milliseconds and up to JITTER more, drawn for each, so that they overtake each other; loses LOSS of a hundred. Says "ready"
 * once the queue is its own. Needs no library: it speaks netlink itself.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { QUEUE = 0, MOST_PACKETS = 65536, BUFFER_BYTES = 1 << 16 };

struct request {
    struct nlmsghdr header;
    struct nfgenmsg family;
    char attributes[128];
};

struct waiting {
    uint32_t id;
    int64_t due;
};

/* A heap: the packet that is due next is the first. */
static struct waiting heap[MOST_PACKETS];
static int count;
static int netlink;

static int64_t now_micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void push(struct waiting packet) {
    int i = count++;
    while (i > 0 && heap[(i - 1) / 2].due > packet.due) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = packet;
}

static uint32_t pop(void) {
    uint32_t id = heap[0].id;
    struct waiting last = heap[--count];
    int i = 0;
    for (int child = 1; child < count; child = 2 * i + 1) {
        if (child + 1 < count && heap[child + 1].due < heap[child].due) {
            child++;
        }
        if (heap[child].due >= last.due) {
            break;
        }
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
    return id;
}

static void begin(struct request *request, int type) {
    memset(request, 0, sizeof *request);
    request->header.nlmsg_len = NLMSG_LENGTH(sizeof(struct nfgenmsg));
    request->header.nlmsg_type = (NFNL_SUBSYS_QUEUE << 8) | type;
    request->header.nlmsg_flags = NLM_F_REQUEST;
    request->family.nfgen_family = AF_UNSPEC;
    request->family.version = NFNETLINK_V0;
    request->family.res_id = htons(QUEUE);
}

static void add(struct request *request, int type, const void *value, size_t bytes) {
    struct nlattr *attribute = (struct nlattr *) ((char *) request + NLMSG_ALIGN(request->header.nlmsg_len));
    attribute->nla_type = type;
    attribute->nla_len = NLA_HDRLEN + bytes;
    memcpy((char *) attribute + NLA_HDRLEN, value, bytes);
    request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + NLA_ALIGN(attribute->nla_len);
}

static void transmit(struct request *request) {
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (sendto(netlink, request, request->header.nlmsg_len, 0, (struct sockaddr *) &kernel, sizeof kernel) < 0) {
        perror("sendto");
        exit(1);
    }
}

static void decide(uint32_t id, uint32_t verdict) {
    struct request request;
    struct nfqnl_msg_verdict_hdr decision = {.verdict = htonl(verdict), .id = htonl(id)};
    begin(&request, NFQNL_MSG_VERDICT);
    add(&request, NFQA_VERDICT_HDR, &decision, sizeof decision);
    transmit(&request);
}

/* Makes the queue this program's own; ends it if the kernel refuses. */
static void bind_queue(void) {
    struct request request;
    struct nfqnl_msg_config_cmd command = {.command = NFQNL_CFG_CMD_BIND, .pf = htons(AF_INET)};
    begin(&request, NFQNL_MSG_CONFIG);
    request.header.nlmsg_flags |= NLM_F_ACK;
    add(&request, NFQA_CFG_CMD, &command, sizeof command);
    transmit(&request);
    char answer[1024];
    ssize_t length = recv(netlink, answer, sizeof answer, 0);
    struct nlmsghdr *header = (struct nlmsghdr *) answer;
    if (length < (ssize_t) NLMSG_LENGTH(sizeof(struct nlmsgerr)) || header->nlmsg_type != NLMSG_ERROR) {
        printf("no answer from the kernel\n");
        exit(1);
    }
    int error = ((struct nlmsgerr *) NLMSG_DATA(header))->error;
    if (error != 0) {
        printf("%s\n", strerror(-error));
        exit(1);
    }
    struct nfqnl_msg_config_params copy = {.copy_range = htonl(0), .copy_mode = NFQNL_COPY_META};
    uint32_t most = htonl(MOST_PACKETS);
    begin(&request, NFQNL_MSG_CONFIG);
    add(&request, NFQA_CFG_PARAMS, &copy, sizeof copy);
    add(&request, NFQA_CFG_QUEUE_MAXLEN, &most, sizeof most);
    transmit(&request);
}

static void receive(char *buffer, int64_t delay, int64_t jitter, int loss) {
    ssize_t received = recv(netlink, buffer, BUFFER_BYTES, 0);
    int left = received < 0 ? 0 : (int) received; /* ENOBUFS: packets were lost, as on a bad link. */
    for (struct nlmsghdr *header = (struct nlmsghdr *) buffer; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
        if (header->nlmsg_type != ((NFNL_SUBSYS_QUEUE << 8) | NFQNL_MSG_PACKET)) {
            continue;
        }
        char *attribute = (char *) NLMSG_DATA(header) + NLMSG_ALIGN(sizeof(struct nfgenmsg));
        char *end = (char *) header + header->nlmsg_len;
        while (attribute + NLA_HDRLEN <= end) {
            struct nlattr *head = (struct nlattr *) attribute;
            if ((head->nla_type & NLA_TYPE_MASK) == NFQA_PACKET_HDR) {
                struct nfqnl_msg_packet_hdr *packet = (struct nfqnl_msg_packet_hdr *) (attribute + NLA_HDRLEN);
                uint32_t id = ntohl(packet->packet_id);
                if (random() % 100 < loss || count == MOST_PACKETS) {
                    decide(id, NF_DROP);
                } else {
                    push((struct waiting) {id, now_micros() + delay + (jitter > 0 ? random() % jitter : 0)});
                }
                break;
            }
            attribute += NLA_ALIGN(head->nla_len);
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: packet-queue DELAY JITTER LOSS\n");
        return 2;
    }
    int64_t delay = atol(argv[1]) * 1000;
    int64_t jitter = atol(argv[2]) * 1000;
    int loss = atoi(argv[3]);
    srandom((unsigned) getpid());
    netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    struct sockaddr_nl self = {.nl_family = AF_NETLINK};
    if (netlink < 0 || bind(netlink, (struct sockaddr *) &self, sizeof self) < 0) {
        printf("no netlink socket: %s\n", strerror(errno));
        return 1;
    }
    bind_queue();
    printf("ready\n");
    fflush(stdout);
    static char buffer[BUFFER_BYTES];
    for (;;) {
        int64_t wait = count > 0 ? heap[0].due - now_micros() : 1000000;
        struct timespec timeout = {wait > 0 ? wait / 1000000 : 0, wait > 0 ? wait % 1000000 * 1000 : 0};
        struct pollfd ready = {.fd = netlink, .events = POLLIN};
        if (ppoll(&ready, 1, &timeout, NULL) > 0) {
            receive(buffer, delay, jitter, loss);
        }
        while (count > 0 && heap[0].due <= now_micros()) {
            decide(pop(), NF_ACCEPT);
        }
    }
}
