#include "voting.h"

int main(int argc, char **argv)
{
    return service_main(argc, argv, &voting_service);
}
